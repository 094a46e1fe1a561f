/** Conversations, turn by turn, from the formats that they come in. */
import * as z from 'zod';
import { badCorpus, excerpt, readLines } from '../text/lines.ts';
import { readJsonLines } from './json-lines.ts';
import { textFile } from './source.ts';
import { readYamlConversations } from './yaml-conversations.ts';

export interface Dialogue {
  /** What was said, in order; the speakers take turns. */
  readonly turns: readonly string[];
}

/** Where conversations come from. */
export const dialogueSourceSchema = z.discriminatedUnion('format', [
  /** One conversation a line: `{"turns": ["…", "…"]}` or `[{"speaker": "…", "text": "…"}, …]`. */
  z.strictObject({ format: z.literal('jsonl'), ...textFile }),
  /** One conversation a line, its turns separated by tabs: the last is the reply to those before it. */
  z.strictObject({ format: z.literal('tsv'), ...textFile }),
  /** `conversations`, a list of lists of turns, as in chatterbot-corpus. UTF-8, at most 10 MB. */
  z.strictObject({ format: z.literal('yaml'), file: textFile.file }),
], { error: issue => (issue.code === 'invalid_union' ? 'expected "jsonl", "tsv" or "yaml"' : undefined) });
export type DialogueSource = z.infer<typeof dialogueSourceSchema>;

/**
 * Reads conversations one by one, in the order of the file. Those that teach no reply, with a blank turn or fewer than two
 * turns, are left out.
 * @throws Failure `no-such-file`; `bad-corpus` naming file and line for what the format does not admit, or what `readLines`
 * refuses
 */
export async function* readDialogues(source: DialogueSource): AsyncGenerator<Dialogue, void, undefined> {
  for await (const turns of readTurns(source)) {
    const said = turns.map(turn => turn.trim());
    if (said.length >= 2 && said.every(turn => turn !== '')) yield { turns: said };
  }
}

function readTurns(source: DialogueSource): AsyncGenerator<readonly string[], void, undefined> {
  switch (source.format) {
    case 'jsonl': return readObjects(source);
    case 'tsv': return readTabs(source);
    case 'yaml': return readYamlConversations(source.file);
  }
}

const conversation = z.union([
  z.looseObject({ turns: z.array(z.string()) }).transform(({ turns }) => turns),
  z.array(z.looseObject({ speaker: z.union([z.string(), z.number()]), text: z.string() })).transform(bySpeaker),
], { error: 'expected {"turns": ["…", "…"]} or [{"speaker": "…", "text": "…"}, …]' });

/** What one speaker says in a row is one turn. */
function bySpeaker(said: readonly { readonly speaker: string | number; readonly text: string }[]): string[] {
  const turns: string[] = [];
  said.forEach(({ speaker, text }, at) => {
    const goesOn = at > 0 && said[at - 1]?.speaker === speaker;
    turns.push(goesOn ? `${turns.pop() ?? ''} ${text}` : text);
  });
  return turns;
}

async function* readObjects({ file, encoding }: Extract<DialogueSource, { format: 'jsonl' }>): AsyncGenerator<readonly string[], void, undefined> {
  for await (const { value } of readJsonLines(file, encoding, conversation)) yield value;
}

async function* readTabs({ file, encoding }: Extract<DialogueSource, { format: 'tsv' }>): AsyncGenerator<readonly string[], void, undefined> {
  let number = 0;
  for await (const line of readLines(file, encoding)) {
    number++;
    if (line.trim() === '') continue;
    const turns = line.split('\t');
    if (turns.length < 2) throw badCorpus(file, number, `one column found (${excerpt(line)}), at least two expected: what was said before, tab, the reply`);
    yield turns;
  }
}

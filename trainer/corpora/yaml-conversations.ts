/** Conversations in YAML, laid out as chatterbot-corpus does: `categories`, and `conversations`, a list of lists of turns. */
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import * as z from 'zod';
import { badCorpus } from '../text/lines.ts';
import { describeIssues } from './json-lines.ts';
import { readWhole } from './source.ts';

/** YAML is parsed as a whole, into many times its size. */
const largestFile = 10_000_000;

/** Nobody writes so many; a few aliases of aliases would spell out gigabytes. */
const mostAliases = 100;

const layout = z.looseObject({
  conversations: z.array(z.array(z.string({ error: 'expected a text' }), { error: 'expected a list of turns' }), { error: 'expected a list of conversations' }),
}, { error: 'expected "conversations", a list of lists of turns' });

/** @throws Failure `no-such-file`; `bad-corpus` for over 10 MB, invalid UTF-8, invalid YAML or another layout */
export async function* readYamlConversations(file: string): AsyncGenerator<readonly string[], void, undefined> {
  const bytes = await readWhole(file, largestFile);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw badCorpus(file, undefined, 'bytes found that are not UTF-8, which is expected', cause);
  }
  const lines = new LineCounter();
  const { document, value } = parse(file, text, lines);
  const parsed = layout.safeParse(value);
  if (!parsed.success) {
    const place = placeOf(document, parsed.error.issues[0]?.path ?? []);
    throw badCorpus(file, lines.linePos(place).line, describeIssues(parsed.error));
  }
  yield* parsed.data.conversations;
}

/** The "failsafe" schema knows no numbers, dates or booleans: a turn `No` or `42` stays a text. */
function parse(file: string, text: string, lines: LineCounter): { document: Document; value: unknown } {
  try {
    const document = parseDocument(text, { schema: 'failsafe', lineCounter: lines, prettyErrors: false, logLevel: 'error' });
    const [wrong] = document.errors;
    if (wrong !== undefined) throw badCorpus(file, lines.linePos(wrong.pos[0]).line, `what is found is not YAML (${wrong.message}); YAML is expected`, wrong);
    return { document, value: document.toJS({ maxAliasCount: mostAliases }) };
  } catch (thrown) {
    // Aliases of aliases are a ReferenceError, brackets in brackets without end a RangeError.
    if (thrown instanceof ReferenceError || thrown instanceof RangeError) {
      throw badCorpus(file, undefined, `lists or aliases found that lie too deep in one another (${thrown.message}); a list of lists of turns is expected`, thrown);
    }
    throw thrown;
  }
}

/** Where the innermost part of the document on this path begins, in characters. */
function placeOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range !== undefined && node.range !== null) return node.range[0];
  }
  return 0;
}

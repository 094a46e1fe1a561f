/** Conversations in the formats that they come in. */
import { type Detected, detectedText } from './detected.ts';
import { dialogueSourceSchema, readDialogues } from './dialogues.ts';
import { areJson, type Head, shareOf } from './head.ts';
import { sampleRows } from './sample.ts';

export async function detectDialogues(head: Head, signal?: AbortSignal): Promise<Detected[]> {
  const { file, encoding } = head;
  const text = { file, ...(encoding === 'latin-1' && { encoding }) };
  if (/\.ya?ml(\.gz)?$/i.test(file)) return [await detect(head, 'YAML with conversations', { format: 'yaml', file }, signal)];
  if (areJson(head, value => typeof value === 'object' && value !== null)) return [await detect(head, 'JSON Lines, a conversation a line', { format: 'jsonl', ...text }, signal)];
  if (shareOf(head, line => line.includes('\t')) > 0.9) return [await detect(head, 'Lines whose turns are parted by tabs', { format: 'tsv', ...text }, signal)];
  return [];
}

async function detect({ bytes }: Head, title: string, source: Readonly<Record<string, unknown>> & { readonly format: string }, signal?: AbortSignal): Promise<Detected> {
  const turns = async function* (): AsyncGenerator<readonly string[], void, undefined> {
    for await (const { turns: said } of readDialogues(dialogueSourceSchema.parse(source))) yield [said.slice(-4, -1).join(' '), said.at(-1) ?? ''];
  };
  const sample = await sampleRows(turns(), signal);
  const problems = sample.count === 0 && sample.problem === undefined ? ['No conversation of two turns or more was found.'] : [];
  return detectedText({ id: source.format, title, sample, bytes, names: ['Turns before', 'Reply'], texts: [0, 1], problems, source: () => source });
}

/** As what data can be read: their format, their columns, how many there are and what looks wrong, from their first megabytes. */
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Task } from '../../protocol/server.ts';
import { Failure } from '../../protocol/failure.ts';
import { readPairs } from '../text/pairs.ts';
import { columnNames, hasHeader, pairColumns } from './columns.ts';
import { detectDialogues } from './detect-dialogues.ts';
import { detectImages } from './detect-images.ts';
import { detectLabelledTexts } from './detect-labelled.ts';
import { detectTexts } from './detect-plain.ts';
import { type Detected, detectedText } from './detected.ts';
import { type Head, readHead, shareOf } from './head.ts';
import { mostTried, sampleLines, sampleRows, unpackedSize } from './sample.ts';

export interface Detection {
  /** The likeliest first. */
  readonly detected: readonly Detected[];
  /** Why there is none. */
  readonly problems: readonly string[];
}

/**
 * @param files one file or folder; or two, the source's lines and the target's, images and their labels
 * @throws Failure `no-such-file`; AbortError
 */
export async function detectData(task: Task, files: readonly string[], signal?: AbortSignal): Promise<Detection> {
  if (task === 'image-classification') return detectImages(files, signal);
  for (const file of files) {
    const found = await stat(file).catch(() => undefined);
    if (found === undefined) throw new Failure('no-such-file', `${file} does not exist, or may not be read.`, 'Choose another file.');
    if (found.isDirectory()) return nothing(`${file} is a folder; for ${wanted[task]} a file is expected`);
  }
  const [file, second] = files;
  if (file === undefined) return nothing('no file was chosen');
  if (second !== undefined) return task === 'translation' ? detectParallel(file, second, signal) : nothing(`${files.length} files were chosen; one is expected`);
  const head = await readHead(file);
  if (typeof head === 'string') return nothing(head);
  const found = await detectors[task](head, signal);
  return found.length > 0 ? { detected: found, problems: [] } : nothing(`${basename(file)} is none of what ${wanted[task]} is read from: ${formats[task]}`);
}

const nothing = (problem: string): Detection => ({ detected: [], problems: [`${problem}.`] });

type TextTask = Exclude<Task, 'image-classification'>;

const wanted: Readonly<Record<TextTask, string>> = {
  translation: 'translation',
  classification: 'classification',
  dialogue: 'dialogue',
  'language-modelling': 'language modelling',
};

const formats: Readonly<Record<TextTask, string>> = {
  translation: 'a table whose columns are parted by tabs, or two files with a sentence a line',
  classification: 'a table (.tsv, .csv), JSON Lines, or lines that begin with their label',
  dialogue: 'JSON Lines of conversations, turns parted by tabs, or YAML with "conversations"',
  'language-modelling': 'plain text, or a table whose columns are parted by tabs',
};

const detectors: Readonly<Record<TextTask, (head: Head, signal?: AbortSignal) => Promise<readonly Detected[]>>> = {
  translation: detectPairs,
  classification: detectLabelledTexts,
  dialogue: detectDialogues,
  'language-modelling': detectTexts,
};

async function detectPairs({ file, lines, bytes }: Head, signal?: AbortSignal): Promise<Detected[]> {
  if (shareOf({ lines }, line => line.includes('\t')) < 0.5) return [];
  const sample = await sampleLines(file, 'utf-8', line => line.split('\t'), signal);
  const [source, target] = pairColumns(sample.rows);
  // What training would refuse, in its own words.
  const read = await sampleRows(pairsOf(readPairs({ kind: 'tsv', file, columns: { source, target } })), signal, mostTried);
  const header = hasHeader(sample.rows);
  const names = columnNames(sample.rows[0]?.cells ?? [], header);
  return [
    detectedText({
      id: 'tsv',
      title: `Table parted by tabs, ${names.length} columns`,
      sample: { ...sample, problem: read.problem },
      bytes,
      names,
      roles: [
        { role: 'source', title: 'The source', column: source },
        { role: 'target', title: 'The target', column: target },
      ],
      problems: header ? ['The first line looks like names of columns; it will be learnt as a pair.'] : [],
      source: roles => {
        const columns = { source: roles['source'] ?? source, target: roles['target'] ?? target };
        return { format: 'tsv', file, ...((columns.source !== 0 || columns.target !== 1) && { columns }) };
      },
    }),
  ];
}

async function detectParallel(source: string, target: string, signal?: AbortSignal): Promise<Detection> {
  const sample = await sampleRows(pairsOf(readPairs({ kind: 'parallel', source, target })), signal);
  const bytes = (await unpackedSize(source)) + (await unpackedSize(target));
  const names = [basename(source), basename(target)];
  const found = detectedText({ id: 'parallel', title: 'Two files, line by line', sample, bytes, names, texts: [0, 1], source: () => ({ format: 'parallel', source, target }) });
  return { detected: [found], problems: [] };
}

async function* pairsOf(pairs: ReturnType<typeof readPairs>): AsyncGenerator<readonly string[], void, undefined> {
  for await (const { source, target } of pairs) yield [source, target];
}

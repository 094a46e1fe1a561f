/** Two texts as one, for encoders: what transformers computes of such ids and types is what comes out. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LabelProbability } from '../../protocol/classification.ts';
import type { Intervention } from '../../protocol/intervention.ts';
import { joined } from '../../protocol/two-texts.ts';
import { readReference } from '../architectures/reference.fixture.ts';
import { HeldPasses } from '../inspection/held-passes.ts';
import { influenceOf } from '../inspection/influence.ts';
import { passOf } from '../inspection/inspector.ts';
import type { Pass } from '../inspection/pass.ts';
import { headMatrix } from '../inspection/reading/matrix.ts';
import { layerOf, Passes } from '../steering/passes.fixture.ts';
import { textOf, writeFolder } from './folders.fixture.ts';
import { openForeign } from './open.ts';

/** Of nine tokens the first, the fifth and the last stand around two texts of three; the second text begins with the fifth. */
const [start, middle, end] = [0, 4, 8] as const;

let folder: string;
const passes = new Passes(openForeign);
/** By model: token ids of a text with nothing padded, and what transformers looks at there, `[layer][head][query][key]`. */
const ids = new Map<string, readonly number[]>();
const looked = new Map<string, readonly Float32Array[]>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pairs-'));
  for (const name of ['bert-classifier', 'roberta-classifier']) {
    await writeFolder(join(folder, name), name);
    const { expected } = await readReference(name);
    const numbersOf = (key: string): ArrayLike<number | bigint> => expected.get(key)?.data ?? [];
    const all = Array.from(numbersOf('input.input_ids'), Number);
    const mask = Array.from(numbersOf('input.attention_mask'), Number);
    const row = mask.slice(0, 9).every(one => one === 1) ? 0 : 1;
    ids.set(name, all.slice(row * 9, row * 9 + 9));
    looked.set(name, [0, 1].map(layer => Float32Array.from(Array.from(numbersOf(`attention.encoder.${layer}`), Number).slice(row * 4 * 81, (row + 1) * 4 * 81))));
    await writePairs(name);
  }
});
afterAll(async () => {
  await passes.release();
  await rm(folder, { recursive: true, force: true });
});

/** What stands around two texts, as tokenizer.json tells it: of BERT with types, of RoBERTa without. */
async function writePairs(name: string): Promise<void> {
  const path = join(folder, name, 'tokenizer.json');
  const tokenizer = JSON.parse(await readFile(path, 'utf8'));
  const own = ids.get(name) ?? [];
  const special = (at: number, type: number): object => ({ SpecialToken: { id: `w${own[at]}`, type_id: type } });
  const type = name === 'bert-classifier' ? 1 : 0;
  const pair = [special(start, 0), { Sequence: { id: 'A', type_id: 0 } }, special(middle, 0), { Sequence: { id: 'B', type_id: type } }, special(end, type)];
  tokenizer.post_processor = {
    type: 'TemplateProcessing', single: pair.slice(0, 3), pair,
    special_tokens: Object.fromEntries([start, middle, end].map(at => [`w${own[at]}`, { id: `w${own[at]}`, ids: [own[at]], tokens: [`w${own[at]}`] }])),
  };
  await writeFile(path, JSON.stringify(tokenizer));
}

const pairOf = (name: string): { readonly text: string; readonly second: number } => joined(textOf(ids.get(name)?.slice(start + 1, middle) ?? []), textOf(ids.get(name)?.slice(middle + 1, end) ?? []));

async function inspected(name: string, { text, second }: { readonly text: string; readonly second?: number }, interventions: readonly Intervention[] = []): Promise<Pass> {
  const path = join(folder, name);
  return passOf(await passes.model(path), { folder: path, asked: { model: path, text, ...(second === undefined ? {} : { second }), languageId: 'plaintext', beam: 1, interventions } });
}

describe.each(['bert-classifier', 'roberta-classifier'])('%s', name => {
  test('looks where transformers does, over the same ids and types', async () => {
    const pass = await inspected(name, pairOf(name));
    for (const layer of [0, 1]) {
      for (let head = 0; head < 4; head++) {
        const map = headMatrix(layerOf(pass, 'encoder', layer), head);
        for (let query = 0; query < 9; query++) {
          const expected = looked.get(name)?.[layer]?.subarray((head * 9 + query) * 9, (head * 9 + query + 1) * 9) ?? [];
          Array.from(map.row(query)).forEach((weight, key) => expect(weight).toBeCloseTo(expected[key] ?? NaN, 5));
        }
      }
    }
  });

  test('each text has a range of its own on the axis, and its tokens stand in what was given', async () => {
    const { text, second } = pairOf(name);
    const [axis] = (await inspected(name, { text, second })).axes;
    expect(axis?.text).toBe(text);
    expect(axis?.sentences).toEqual([{ first: 0, end: middle + 1 }, { first: middle + 1, end: 9 }]);
    const spelled = axis?.tokens.map(({ start: from, end: to }) => text.slice(from, to));
    expect(spelled).toEqual(ids.get(name)?.map((id, at) => ([start, middle, end].includes(at as 0) ? '' : `w${id}`)));
    expect(axis?.tokens.at(end)?.start).toBe(text.length);
  });
});

test('words of either are replaced where they stand', async () => {
  const { text, second } = pairOf('bert-classifier');
  const changed = await inspected('bert-classifier', { text, second }, [{ do: 'replace', start: 0, end: 2, text: 'w31 w32' }, { do: 'replace', start: second, end: second + 2, text: 'w33' }]);
  const parts = text.split('\n');
  const expected = joined(`w31 w32${parts[0]?.slice(2)}`, `w33${parts[1]?.slice(2)}`);
  expect(changed.axes).toEqual((await inspected('bert-classifier', expected)).axes);
  expect(changed.output).toEqual((await inspected('bert-classifier', expected)).output);
  await expect(inspected('bert-classifier', { text, second }, [{ do: 'replace', start: 3, end: second + 1, text: '' }])).rejects.toThrow(/are of both texts: the second begins at/);
});

test('a word is left out of its own text alone', async () => {
  const { text, second } = pairOf('bert-classifier');
  const path = join(folder, 'bert-classifier');
  const asked = { model: path, text, second, languageId: 'plaintext', beam: 1, interventions: [] };
  const pass = new HeldPasses().hold(await inspected('bert-classifier', { text, second }), asked, { folder: path });
  const { words } = await influenceOf(await passes.model(path), pass, { choice: { of: 'layers', kind: 'encoder', layers: 'all', by: 'mean' }, by: 'delete' }, { signal: new AbortController().signal });
  const labelsOf = ({ output }: Pick<Pass, 'output'>): readonly LabelProbability[] => (output.kind === 'labelled' ? output.labels : []);
  const said = labelsOf(pass.inspection)[0]?.label;
  const probabilityOf = (of: Pass): number => labelsOf(of).find(({ label }) => label === said)?.probability ?? 0;
  const without = await inspected('bert-classifier', { text, second }, [{ do: 'replace', start: second, end: second + text.slice(second).indexOf(' ') + 1, text: '' }]);
  const whole = await inspected('bert-classifier', { text, second });
  expect(words[3]?.change).toBeCloseTo(Math.log(probabilityOf(whole)) - Math.log(probabilityOf(without)), 5);
});

test('what no line end parts is no pair', async () => {
  await expect(inspected('bert-classifier', { text: 'w3 w4', second: 3 })).rejects.toThrow(/no line end stands before it/);
});

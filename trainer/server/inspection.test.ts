import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CancellationTokenSource, ProgressType, type ProtocolConnection } from 'vscode-languageserver/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  closeInspectionMethod, exportMethod, type ExportParams, type ExportResult, headsMethod, type HeadsParams, type HeadsResult, type Influence, influenceMethod, type InfluenceParams, type InfluenceProgress,
  type Inspection, linesMethod, type LinesParams, type LinesResult, mapMethod, type MapParams, type MapWindow, openInspectionMethod, type OpenInspectionParams, plainReading,
} from '../../protocol/inspection.ts';
import { writeRandomImageClassifier } from '../checkpoints/classifier.fixture.ts';
import { encodePng } from '../corpora/png.fixture.ts';
import { writeFolder } from '../foreign/folders.fixture.ts';
import { failureErrorCode, translateMethod, type TranslateResult } from '../../protocol/server.ts';
import { type RunningServer, startServer } from './server.fixture.ts';

let server: RunningServer;
let connection: ProtocolConnection;
beforeAll(async () => {
  server = await startServer([]);
  ({ connection } = server);
}, 60_000);
afterAll(() => server.stop());

const asked: OpenInspectionParams = { model: 'de-en', text: 'Der Hund schläft.', languageId: 'plaintext', beam: 1, interventions: [] };
const open = (params: Partial<OpenInspectionParams> = {}): Promise<Inspection> => connection.sendRequest<Inspection>(openInspectionMethod, { ...asked, ...params });

function mapParams(inspection: string, more: Partial<MapParams> = {}): MapParams {
  const choice = { of: 'heads', kind: 'cross', layer: 1, heads: [2], by: 'mean' } as const;
  return { map: { inspection, choice }, reading: plainReading, most: { rows: 100, columns: 100 }, values: 'floats', ...more };
}
const readMap = (params: MapParams): Promise<MapWindow> => connection.sendRequest<MapWindow>(mapMethod, params);

const floats = (base64: string): number[] => {
  const bytes = Uint8Array.from(Buffer.from(base64, 'base64'));
  return [...new Float32Array(bytes.buffer)];
};

test('a pass is opened, and its maps are read a window at a time, to the last bit', async () => {
  const inspection = await open();
  expect(inspection).toMatchObject({ asked, model: 'de-en', isRounded: false, output: { kind: 'written' } });
  const window = await readMap(mapParams(inspection.id));
  const { rows } = await connection.sendRequest<TranslateResult>(translateMethod, { text: asked.text, model: asked.model, beam: 1, languageId: 'plaintext', map: { kind: 'cross', layer: 1, head: 2 } });
  expect(window.size).toEqual({ rows: rows.length, columns: rows[0]?.weights.length });
  expect(floats(window.cells)).toEqual(rows.flatMap(({ weights }) => weights));
  const cell = await readMap(mapParams(inspection.id, { rows: { first: 1, end: 2 }, columns: { first: 0, end: 3 } }));
  expect(floats(cell.cells)).toEqual(rows[1]?.weights.slice(0, 3));
  const bytes = await readMap(mapParams(inspection.id, { values: 'bytes' }));
  expect(Buffer.from(bytes.cells, 'base64')).toHaveLength(floats(window.cells).length);
});

test('the bytes of an image are not sent back', async () => {
  const model = await mkdtemp(join(tmpdir(), 'image-'));
  await writeRandomImageClassifier(model);
  const of: OpenInspectionParams = { ...asked, model, text: 'a.png' };
  const image = Buffer.from(encodePng(Uint8Array.from({ length: 256 }, (_, index) => index), 16, 16, 1)).toString('base64');
  const inspection = await open({ ...of, image, evenIfLarge: true });
  expect([inspection.asked, inspection.image?.width]).toEqual([of, 16]);
  await rm(model, { recursive: true });
});

test('of two texts, what each is where', async () => {
  const model = await mkdtemp(join(tmpdir(), 'pair-'));
  await writeFolder(model, 'bert-classifier');
  const of: OpenInspectionParams = { ...asked, model, text: 'w3 w4 w5\nw6 w7', second: 9 };
  const inspection = await open(of);
  expect([inspection.asked, inspection.axes[0]?.sentences]).toEqual([of, [{ first: 0, end: 3 }, { first: 3, end: 5 }]]);
  await expect(open({ text: 'Der Hund.\nEr', second: 10 })).rejects.toMatchObject({ code: failureErrorCode, message: expect.stringMatching(/de-en reads one text at a time; two were given/) });
  await rm(model, { recursive: true });
});

test('heads come in little, lines by strength', async () => {
  const inspection = await open();
  const params: HeadsParams = { inspection: inspection.id, reading: plainReading, side: 8 };
  const { heads } = await connection.sendRequest<HeadsResult>(headsMethod, params);
  expect(heads).toHaveLength(inspection.layers.reduce((sum, layer) => sum + layer.heads, 0));
  for (const { cells, rows, columns } of heads) expect(Buffer.from(cells, 'base64')).toHaveLength(rows * columns);
  const asking: LinesParams = { inspection: inspection.id, kind: 'cross', layer: 0, heads: [0, 1], reading: plainReading, most: 5 };
  const lines = await connection.sendRequest<LinesResult>(linesMethod, asking);
  const weights = floats(lines.weights);
  expect(weights).toEqual(weights.toSorted((one, other) => one - other));
  expect([weights.length, Buffer.from(lines.queries, 'base64').length, Buffer.from(lines.heads, 'base64').length]).toEqual([5, 10, 5]);
});

test('what is closed is gone, and is opened again', async () => {
  const { id } = await open();
  await connection.sendNotification(closeInspectionMethod, { id });
  await expect(readMap(mapParams(id))).rejects.toMatchObject({ code: failureErrorCode, data: { code: 'inspection-gone', hint: 'Ask for it again.' } });
  const again = await open();
  expect(again.id).not.toBe(id);
  expect((await readMap(mapParams(again.id))).size.rows).toBeGreaterThan(0);
});

test('maps are read while a model runs', async () => {
  const { id } = await open();
  const ended: string[] = [];
  const long = 'Der Hund schläft in dem kleinen Haus und träumt von der Katze. '.repeat(12);
  const running = open({ text: long, beam: 5 }).then(() => ended.push('run'));
  await readMap(mapParams(id)).then(() => ended.push('read'));
  await running;
  expect(ended).toEqual(['read', 'run']);
});

test('a run that is cancelled ends, and what is held stays', async () => {
  const { id } = await open();
  const source = new CancellationTokenSource();
  const cancelled = connection.sendRequest(openInspectionMethod, { ...asked, text: 'Der Hund schläft. '.repeat(200) }, source.token);
  source.cancel();
  await expect(cancelled).rejects.toMatchObject({ data: { code: 'cancelled' } });
  expect((await readMap(mapParams(id))).size.rows).toBeGreaterThan(0);
});

test('every word is left out in turn, and on the way is told how far that is', async () => {
  const { id, axes } = await open();
  const told: InfluenceProgress[] = [];
  const listening = connection.onProgress(new ProgressType<InfluenceProgress>(), 'influence', progress => void told.push(progress));
  const params: InfluenceParams = { inspection: id, choice: { of: 'layers', kind: 'cross', layers: 'all', by: 'mean' }, by: 'delete', partialResultToken: 'influence' };
  const { words } = await connection.sendRequest<Influence>(influenceMethod, params);
  listening.dispose();
  expect(words.map(({ word }) => word)).toEqual(axes[0]?.words.map((_, word) => word));
  expect(told.map(({ done }) => done)).toEqual([...words.keys(), words.length]);
});

test('a map is written to a file, where that is told in full', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'export-'));
  const { id } = await open();
  const { map, reading } = mapParams(id);
  const params: ExportParams = { map, reading, drawing: 'matrix', format: 'pdf', file: join(folder, 'map.pdf') };
  const { bytes, warnings } = await connection.sendRequest<ExportResult>(exportMethod, params);
  const file = await readFile(params.file);
  expect([warnings, file.length, file.toString('latin1', 0, 5)]).toEqual([[], bytes, '%PDF-']);
  await expect(connection.sendRequest(exportMethod, { ...params, file: 'map.pdf' })).rejects.toMatchObject({ data: { code: 'bad-argument' } });
  await rm(folder, { recursive: true });
});

test('heads that are knocked out write another text, which is held beside the first', async () => {
  const plain = await open();
  const interventions = [0, 1, 2].map(layer => ({ do: 'knock-out', kind: 'cross', layer, heads: 'all' }) as const);
  const changed = await open({ interventions });
  expect(changed.asked.interventions).toEqual(interventions);
  const textOf = ({ output }: Inspection): string => (output.kind === 'written' ? output.text : '');
  expect(textOf(changed)).not.toBe(textOf(plain));
  expect((await readMap(mapParams(plain.id))).size.rows).toBeGreaterThan(0);
});

test.each<[string, unknown, RegExp]>([
  ['no text', { ...asked, text: undefined }, /text/],
  ['too wide a beam', { ...asked, beam: 1000 }, /beam/],
  ['an unknown intervention', { ...asked, interventions: [{ do: 'shout' }] }, /intervention 1, "do": expected one of knock-out/],
  ['too many of them', { ...asked, interventions: Array.from({ length: 201 }, () => ({ do: 'prefix', text: 'a' })) }, /interventions/],
  ['a head twice', { ...asked, interventions: [{ do: 'knock-out', kind: 'cross', layer: 0, heads: [1, 1] }] }, /each of them once/],
  ['a model that is not there', { ...asked, model: 'nobody' }, /no model "nobody"/],
  ['an image for a model of texts', { ...asked, image: 'AAAA' }, /reads texts; an image was given/],
])('%s is refused, with what is wrong', async (_, params, wrong) => {
  await expect(connection.sendRequest(openInspectionMethod, params)).rejects.toMatchObject({ code: failureErrorCode, message: expect.stringMatching(wrong) });
});

test('a window larger than any screen, or of a map that is not there, is refused', async () => {
  const { id } = await open();
  await expect(readMap(mapParams(id, { most: { rows: 100_000, columns: 1 } }))).rejects.toMatchObject({ data: { code: 'bad-argument' } });
  const choice = { of: 'heads', kind: 'cross', layer: 99, heads: 'all', by: 'mean' } as const;
  await expect(readMap(mapParams(id, { map: { inspection: id, choice } }))).rejects.toMatchObject({ data: { code: 'bad-argument' } });
});

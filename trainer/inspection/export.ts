/** Writes a map, as it is read, to a file: what is drawn, or its numbers. */
import { stat } from 'node:fs/promises';
import { Failure } from '../../protocol/failure.ts';
import type { DrawnLines, ExportFormat, ExportParams, ExportResult, MapReading } from '../../protocol/inspection.ts';
import { scaleFor } from '../../protocol/map-scale.ts';
import { makeFileAtomically, writeFileSynced } from '../files/atomic.ts';
import type { Attention } from '../foreign/attention.ts';
import { attentionOfRead } from '../render/map/attention.ts';
import type { About, AboutMap, ReadLines, ReadOut } from '../render/map/read-out.ts';
import type { Scene } from '../render/scene/scene.ts';
import type { HeldLayer, HeldMap } from './held.ts';
import { axisAt, sidesOf } from './reading/read.ts';
import { layerOf, layersOf } from './reading/find.ts';
import { readLines, readMap } from './reading/index.ts';

/** A map that is to be written, and what is taken from it. */
export interface Exported extends Pick<ExportParams, 'format' | 'file' | 'drawing' | 'reading' | 'scale'> {
  readonly map: HeldMap;
  readonly minus?: HeldMap | undefined;
}

/** More cells than these of a side are drawn as fewer: neither a printer shows more nor opens a reader such a file. */
const mostDrawn = 1024;
const mostLines = 100_000;
/** A file of text of more weights than these would open slowly, if at all. */
const mostWritten = 24_000_000;
/** More than any map has. */
const allOfThem = 1 << 24;

/** @throws Failure `bad-argument` where there is no such map, or it cannot be written so; `disk-full`, `no-such-file`; AbortError */
export async function exportMap(asked: Exported, signal: AbortSignal): Promise<ExportResult> {
  let warnings: readonly string[] = [];
  await makeFileAtomically(asked.file, async aside => {
    warnings = await writers[asked.format](aside, asked, signal);
    signal.throwIfAborted();
  });
  return { bytes: (await stat(asked.file)).size, warnings };
}

/** Each writes a file, and tells what of the map could not be said in it. */
const writers: { readonly [Format in ExportFormat]: (file: string, asked: Exported, signal: AbortSignal) => Promise<readonly string[]> } = {
  svg: async (file, asked, signal) => {
    const { scene, warnings } = await sceneOf(asked, signal);
    const { renderScene } = await import('../render/scene/svg.ts');
    await writeFileSynced(file, renderScene(scene));
    return warnings;
  },
  pdf: async (file, asked, signal) => {
    const { scene, warnings } = await sceneOf(asked, signal);
    const { pdfOf } = await import('../render/scene/pdf.ts');
    const { bytes, missing } = await pdfOf(scene);
    await writeFileSynced(file, bytes);
    return [...warnings, ...toldOfMissing(missing)];
  },
  png: async (file, asked, signal) => {
    const { scene, warnings } = await sceneOf(asked, signal);
    const { pngOf } = await import('../render/scene/png.ts');
    const { bytes, missing } = await pngOf(scene, signal);
    await writeFileSynced(file, bytes);
    return [...warnings, ...toldOfMissing(missing)];
  },
  html: async (file, asked, signal) => {
    const { renderAttentionHtml } = await import('../render/attention-html.ts');
    const { nameWithinModel, notesOfReading } = await import('../render/map/describe.ts');
    const { attention, about, isOneMap } = await headsOf(asked, signal);
    const { image } = asked.map.pass;
    const picture = image && attention.image && { bytes: image, type: image[0] === 0xff ? 'image/jpeg' as const : 'image/png' as const };
    const { choice } = about;
    const head = choice.of === 'heads' && choice.heads !== 'all' && choice.heads.length === 1 ? choice.heads[0] : 'mean';
    const reading = [...(isOneMap ? [nameWithinModel(about)] : []), ...notesOfReading(about.reading)];
    await writeFileSynced(file, renderAttentionHtml(attention, { picture, head, reading }));
    return [];
  },
  csv: async (file, asked, signal) => {
    const { renderCsv } = await import('../render/map/csv.ts');
    await writeFileSynced(file, renderCsv(await readText(asked, signal)));
    return [];
  },
  json: async (file, asked, signal) => {
    const { renderMapJson } = await import('../render/map/json.ts');
    const read = await readText(asked, signal);
    await writeFileSynced(file, renderMapJson(attentionOf(asked, read, [read.cells]), read.about));
    return [];
  },
  safetensors: async (file, asked, signal) => {
    const { writeMapSafetensors } = await import('../render/map/safetensors.ts');
    await writeMapSafetensors(file, await readOut(asked, allOfThem, signal));
    return [];
  },
  npy: async (file, asked, signal) => {
    const { npyOf } = await import('../render/map/npy.ts');
    const { cells, rows, columns } = await readOut(asked, allOfThem, signal);
    await writeFileSynced(file, npyOf(cells, rows.labels.length, columns.labels.length));
    return [];
  },
  pharaoh: async (file, asked, signal) => {
    if (asked.minus !== undefined) throw new Failure('bad-argument', 'A difference of two maps is no alignment.', 'Write each of them, or the difference in another format.');
    const { renderPharaoh } = await import('../render/map/pharaoh.ts');
    const byTokens: MapReading = { ...asked.reading, unit: 'tokens', hideSpecial: false };
    await writeFileSynced(file, renderPharaoh(await readText({ ...asked, reading: byTokens }, signal)));
    return [];
  },
};

async function sceneOf(asked: Exported, signal: AbortSignal): Promise<{ readonly scene: Scene; readonly warnings: readonly string[] }> {
  if (asked.drawing === 'matrix') {
    const { matrixScene } = await import('../render/map/matrix-scene.ts');
    const read = await readOut(asked, mostDrawn, signal);
    const { rows, columns } = read.step;
    const warnings = rows * columns === 1 ? [] : [`The map is too large to be drawn weight by weight: each cell is the one furthest from 0 of ${rows} × ${columns}.`];
    return { scene: matrixScene(read, scaleFor(asked.scale ?? 'auto', read)), warnings };
  }
  const { linesScene } = await import('../render/map/lines-scene.ts');
  const read = await readHeadLines(asked, asked.drawing, signal);
  const { scene, faint } = linesScene(read);
  const { lines, largest } = read.hidden;
  return {
    scene,
    warnings: [
      ...(lines === 0 ? [] : [`${lines.toLocaleString('en')} weaker lines are not drawn; the strongest of them has ${largest.toPrecision(2)}.`]),
      ...(faint === 0 ? [] : [`${faint.toLocaleString('en')} lines are too faint to be drawn: less than 1/254 of full strength.`]),
    ],
  };
}

/** @param letters that no font has */
function toldOfMissing(letters: readonly string[]): readonly string[] {
  if (letters.length === 0) return [];
  return [`No font of this machine has ${letters.slice(0, 20).map(letter => `“${letter}”`).join(', ')}${letters.length > 20 ? ' and others' : ''}: question marks stand there. Install one, such as Noto Sans, or write SVG.`];
}

/** @param most cells of a side */
async function readOut({ map, minus, reading }: Pick<Exported, 'map' | 'minus' | 'reading'>, most: number, signal: AbortSignal): Promise<ReadOut> {
  const { cells, labels, step, isSigned, full, strong, hidden } = await readMap(map, minus, { reading, most: { rows: most, columns: most }, values: 'floats' }, signal);
  if (!(cells instanceof Float32Array) || labels === undefined) throw new Error('a whole map has floats and labels');
  const layer = layerOfMap(map);
  const { axes } = map.pass.inspection;
  return {
    about: aboutOf(map, minus, reading),
    rows: { axis: axisAt(axes, layer.queries), labels: labels.rows },
    columns: { axis: axisAt(axes, layer.keys), labels: labels.columns },
    cells, step, isSigned, full, strong, hidden,
  };
}

/** A whole map that is to be written as text. @throws Failure `bad-argument` where it is too large */
async function readText(asked: Pick<Exported, 'map' | 'minus' | 'reading'>, signal: AbortSignal): Promise<ReadOut> {
  const count = weightsIn(asked);
  if (count > mostWritten) throw tooLarge(`This map has ${count.toLocaleString('en')} weights; at most ${mostWritten.toLocaleString('en')} are written as text.`);
  return readOut(asked, allOfThem, signal);
}

/** Of the map as it is read. */
function weightsIn({ map, reading }: Pick<Exported, 'map' | 'reading'>): number {
  const { rows, columns } = sidesOf(map.pass, layerOfMap(map), reading);
  return rows.labels.length * columns.labels.length;
}

const tooLarge = (message: string): Failure => new Failure('bad-argument', message, 'Write safetensors or npy, or read it by words or sentences.');

async function readHeadLines({ map, minus, reading }: Exported, { heads, ...stretch }: DrawnLines, signal: AbortSignal): Promise<ReadLines> {
  const { choice, pass } = map;
  if (choice.of !== 'heads' || minus !== undefined) {
    throw new Failure('bad-argument', 'Lines are of the heads of one layer; a map of several layers or a difference was to be drawn.', 'Draw it as a matrix.');
  }
  const { kind, layer } = choice;
  const { labels, queries: rows, keys: columns, ...lines } = await readLines(pass, { kind, layer, heads, reading, most: mostLines, ...stretch }, signal);
  const { queries, keys } = layerOf(pass, kind, layer);
  const { axes } = pass.inspection;
  return {
    ...lines,
    queries: rows.map(row => row - (stretch.rows?.first ?? 0)),
    keys: columns.map(column => column - (stretch.columns?.first ?? 0)),
    kind,
    layer,
    model: pass.inspection.model,
    reading,
    shown: heads,
    rows: { axis: axisAt(axes, queries), labels: labels.rows.slice(stretch.rows?.first, stretch.rows?.end) },
    columns: { axis: axisAt(axes, keys), labels: labels.columns.slice(stretch.columns?.first, stretch.columns?.end) },
  };
}

/** Every head of the layer of which some are chosen, each read alike; any other map by itself. @throws Failure `bad-argument` where they are too large */
async function headsOf(asked: Exported, signal: AbortSignal): Promise<{ readonly attention: Attention; readonly about: About; readonly isOneMap: boolean }> {
  const { map: { pass, choice }, minus, reading } = asked;
  if (choice.of !== 'heads' || minus !== undefined) {
    const read = await readText(asked, signal);
    return { attention: attentionOf(asked, read, [read.cells]), about: read.about, isOneMap: true };
  }
  const { heads } = layerOf(pass, choice.kind, choice.layer);
  const count = heads * weightsIn(asked);
  if (heads > 1 && count > mostWritten) throw tooLarge(`The ${heads} heads of this layer have ${count.toLocaleString('en')} weights; a page holds at most ${mostWritten.toLocaleString('en')}.`);
  const read = await readText(asked, signal);
  const maps: Float32Array[] = [];
  for (let head = 0; head < heads; head++) maps.push((await readText({ map: { pass, choice: { ...choice, heads: [head] } }, reading }, signal)).cells);
  return { attention: attentionOf(asked, read, maps), about: read.about, isOneMap: false };
}

function attentionOf({ map }: Exported, { about: { model }, rows, columns }: ReadOut, maps: readonly Float32Array[]): Attention {
  const { image, warnings } = map.pass.inspection;
  const { kind, layer } = layerOfMap(map);
  return attentionOfRead({ model, kind, layer, rows, columns, maps, image, warnings });
}

function aboutOf(map: HeldMap, minus: HeldMap | undefined, reading: MapReading): About {
  return { ...ofPass(map), minus: minus && ofPass(minus), reading };
}

function ofPass(map: HeldMap): AboutMap {
  const { model, axes, asked } = map.pass.inspection;
  const source = axes.find(({ side }) => side === 'source');
  // What was given may have been changed before it was read; what a model went on writing is none of it.
  const text = source === undefined || source.written !== undefined || source.text === '' ? asked.text : source.text;
  return { model, choice: map.choice, heads: layerOfMap(map).heads, text, changes: asked.interventions.length };
}

/** One that has its rows and columns. */
function layerOfMap({ pass, choice }: HeldMap): HeldLayer {
  return choice.of === 'layers' ? layersOf(pass, choice.kind)[0] : layerOf(pass, choice.kind, choice.layer);
}

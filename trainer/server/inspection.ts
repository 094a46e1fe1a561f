/**
 * Inspections: `attentionScope/inspection/…` (protocol/inspection.ts). Models run, and their maps are held and read, in the engine;
 * numbers cross in base64 from here on. Whether a path may be opened, and a model run, the client decides.
 */
import { isAbsolute } from 'node:path';
import { type CancellationToken, ProgressType } from 'vscode-languageserver/node';
import * as z from 'zod';
import { Failure } from '../../protocol/failure.ts';
import {
  type Arithmetic, arithmeticMethod, type ArithmeticParams, closeInspectionMethod, type CloseInspectionParams, exportFormats, exportMethod, type ExportParams,
  type ExportResult, headsMethod, type HeadsParams, type HeadsResult, type Influence, influenceMethod, type InfluenceParams, type InfluenceProgress, type Inspection,
  linesMethod, type LinesParams, type LinesResult, mapMethod, type MapChoice, type MapParams, type MapReading, mapUnits, type MapWindow, modelVersionMethod,
  type ModelVersionParams, openInspectionMethod, type OpenInspectionParams,
} from '../../protocol/inspection.ts';
import { longestText } from '../../protocol/longest-text.ts';
import { chosenScales } from '../../protocol/map-scale.ts';
import type { Task } from '../../protocol/server.ts';
import { maximumImageFile } from '../corpora/image.ts';
import { widestBeam } from '../decoding/request.ts';
import { versionOf } from '../engine/model-version.ts';
import { eachOnce, headSchema, headsSchema, interventionsSchema, kindSchema, layerSchema } from '../steering/intervention-schema.ts';
import { findModel } from '../models/catalog.ts';
import { cancellable } from './cancelling.ts';
import { answering } from './failures.ts';
import type { Feature } from './features.ts';
import { parseParams } from './params.ts';

/** Cells of a window's side, and of a thumbnail's: no screen has more. */
const mostCells = 4096;
const mostThumbnailCells = 256;
const mostLines = 2_000_000;

const id = z.string().min(1).max(100);
const task: z.ZodType<Task> = z.enum(['translation', 'classification', 'image-classification', 'dialogue', 'language-modelling']);
const range = z.object({ first: z.int().min(0), end: z.int().min(0) });

const model = z.string().min(1).max(32_768);
const openParams: z.ZodType<OpenInspectionParams> = z.object({
  model,
  task: task.exactOptional(),
  text: z.string().max(longestText),
  second: z.int().min(1).max(longestText).exactOptional(),
  image: z.base64().max(Math.ceil(maximumImageFile / 3) * 4).exactOptional(),
  languageId: z.string().max(1000),
  beam: z.int().min(1).max(widestBeam),
  interventions: interventionsSchema,
  evenIfLarge: z.boolean().exactOptional(),
});
const versionParams: z.ZodType<ModelVersionParams> = z.object({ model });
const closeParams: z.ZodType<CloseInspectionParams> = z.object({ id });

const by = z.enum(['mean', 'max']);
const choice: z.ZodType<MapChoice> = z.discriminatedUnion('of', [
  z.object({ of: z.literal('heads'), kind: kindSchema, layer: layerSchema, heads: headsSchema, by }),
  z.object({ of: z.literal('layers'), kind: kindSchema, layers: z.union([z.literal('all'), eachOnce(layerSchema)]), by }),
  z.object({ of: z.literal('rollout'), kind: kindSchema, layer: layerSchema }),
  z.object({ of: z.literal('flow'), kind: kindSchema, layer: layerSchema }),
]);
const reading: z.ZodType<MapReading> = z.object({
  valueWeighted: z.boolean(),
  hideSpecial: z.boolean(),
  unit: z.enum(mapUnits),
  normalise: z.enum(['none', 'row', 'column', 'all']),
  keep: z.discriminatedUnion('by', [
    z.object({ by: z.literal('all') }),
    z.object({ by: z.literal('weight'), least: z.number().min(0) }),
    z.object({ by: z.literal('top'), count: z.int().min(0) }),
    z.object({ by: z.literal('mass'), mass: z.number().min(0).max(1) }),
  ]),
});
const mapOf = z.object({ inspection: id, choice });
const readMap = { map: mapOf, minus: mapOf.exactOptional(), reading };
const cells = z.int().min(1).max(mostCells);
const mapParams: z.ZodType<MapParams> = z.object({
  ...readMap,
  rows: range.exactOptional(),
  columns: range.exactOptional(),
  most: z.object({ rows: cells, columns: cells }),
  pooled: z.literal('mean').exactOptional(),
  values: z.enum(['bytes', 'floats']),
});
const headsParams: z.ZodType<HeadsParams> = z.object({
  inspection: id,
  reading,
  side: z.int().min(1).max(mostThumbnailCells),
  similarTo: z.object({ kind: kindSchema, layer: layerSchema, head: headSchema }).exactOptional(),
  layers: eachOnce(z.object({ kind: kindSchema, layer: layerSchema })).exactOptional(),
});
const linesParams: z.ZodType<LinesParams> = z.object({
  inspection: id,
  kind: kindSchema,
  layer: layerSchema,
  heads: eachOnce(headSchema),
  reading,
  most: z.int().min(0).max(mostLines),
  rows: range.exactOptional(),
  columns: range.exactOptional(),
});

const arithmeticParams: z.ZodType<ArithmeticParams> = z.object({ inspection: id, kind: kindSchema, layer: layerSchema, head: headSchema, query: z.int().min(0) });
const influenceParams: z.ZodType<InfluenceParams> = z.object({
  inspection: id,
  choice,
  by: z.enum(['delete', 'mask']),
  evenIfLarge: z.boolean().exactOptional(),
  partialResultToken: z.union([z.string(), z.int()]).exactOptional(),
});
const exportParams: z.ZodType<ExportParams> = z.object({
  ...readMap,
  format: z.enum(exportFormats),
  file: z.string().min(1).max(32_768).refine(isAbsolute, 'an absolute path'),
  drawing: z.union([z.literal('matrix'), z.object({ heads: eachOnce(headSchema), rows: range.exactOptional(), columns: range.exactOptional() })]),
  scale: z.enum(chosenScales).exactOptional(),
});

const progressType = new ProgressType<InfluenceProgress>();

const parse = <Params>(schema: z.ZodType<Params>, received: unknown, request: string): Params => parseParams(schema, received, request, 'inspection.ts');

export const inspectionFeature: Feature = ({ connection, engine, names, options }) => {
  /** Where the model is. Absolute paths are whatever the client lets be opened. */
  const folderOf = async (model: string): Promise<string> => {
    const folder = isAbsolute(model) ? model : await findModel(model, options.modelFolders);
    names.set(folder, model);
    return folder;
  };

  connection.onRequest(openInspectionMethod, (received: unknown, token: CancellationToken) =>
    answering(async (): Promise<Inspection> => {
      const { image: encoded, evenIfLarge, ...asked } = parse(openParams, received, 'a request to inspect a pass');
      const folder = await folderOf(asked.model);
      const image = encoded === undefined ? undefined : new Uint8Array(Buffer.from(encoded, 'base64'));
      return cancellable(token, signal => engine.openInspection({ asked, folder, image, evenIfLarge }, signal));
    }),
  );
  connection.onRequest(modelVersionMethod, (received: unknown) =>
    answering(async (): Promise<string> => versionOf(await folderOf(parse(versionParams, received, 'a question which model lies there').model))),
  );
  connection.onNotification(closeInspectionMethod, (received: unknown) => {
    try {
      engine.closeInspection(parse(closeParams, received, 'a word that an inspection is closed').id);
    } catch (thrown) {
      connection.console.error(Failure.from(thrown).message);
    }
  });
  connection.onRequest(mapMethod, (received: unknown, token: CancellationToken) =>
    answering(async (): Promise<MapWindow> => {
      const params = parse(mapParams, received, 'a request for a map');
      const window = await cancellable(token, signal => engine.inspectionMap(params, signal));
      return { ...window, cells: base64(window.cells) };
    }),
  );
  connection.onRequest(headsMethod, (received: unknown, token: CancellationToken) =>
    answering(async (): Promise<HeadsResult> => {
      const params = parse(headsParams, received, 'a request for heads');
      const { heads } = await cancellable(token, signal => engine.inspectionHeads(params, signal));
      return { heads: heads.map(head => ({ ...head, cells: base64(head.cells) })) };
    }),
  );
  connection.onRequest(linesMethod, (received: unknown, token: CancellationToken) =>
    answering(async (): Promise<LinesResult> => {
      const params = parse(linesParams, received, 'a request for lines');
      const lines = await cancellable(token, signal => engine.inspectionLines(params, signal));
      const { queries, keys, heads, weights } = lines;
      return { ...lines, queries: base64(queries), keys: base64(keys), heads: base64(heads), weights: base64(weights) };
    }),
  );
  connection.onRequest<Arithmetic, unknown>(arithmeticMethod, (received: unknown, token: CancellationToken) =>
    answering(async (): Promise<Arithmetic> => {
      const params = parse(arithmeticParams, received, 'a request for the numbers behind a row');
      return cancellable(token, signal => engine.inspectionArithmetic(params, signal));
    }),
  );
  connection.onRequest(influenceMethod, (received: unknown, token: CancellationToken) =>
    answering(async (): Promise<Influence> => {
      const params = parse(influenceParams, received, 'a request for what each word counts');
      const { partialResultToken: partial } = params;
      const onProgress = partial === undefined ? undefined : (progress: InfluenceProgress): void => void connection.sendProgress(progressType, partial, progress);
      return cancellable(token, signal => engine.inspectionInfluence(params, { signal, onProgress }));
    }),
  );
  connection.onRequest(exportMethod, (received: unknown, token: CancellationToken) =>
    answering(async (): Promise<ExportResult> => {
      const params = parse(exportParams, received, 'a request to write a map to a file');
      return cancellable(token, signal => engine.inspectionExport(params, signal));
    }),
  );
};

/** As they lie in memory: every machine that this runs on is little-endian. */
function base64({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

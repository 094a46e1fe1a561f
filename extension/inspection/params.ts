/** What is asked of an inspection, as it comes out of a page or out of what was stored. Bounds are no less than any page's needs. */
import { checkInterventions } from '../../protocol/check-interventions.ts';
import { Failure } from '../../protocol/failure.ts';
import {
  exportFormats, mapUnits, type ArithmeticParams, type DrawnLines, type ExportParams, type HeadsParams, type InfluenceParams, type LinesParams, type MapChoice, type MapOf,
  type MapParams, type MapReading, type OpenInspectionParams, type ReadMap,
} from '../../protocol/inspection.ts';
import { mostHeads, mostTokens, type Intervention } from '../../protocol/intervention.ts';
import { longestPassage } from '../../protocol/longest-passage.ts';
import { chosenScales } from '../../protocol/map-scale.ts';
import { tasks } from '../../protocol/server.ts';
import { mapKinds, type MapKind, type TokenRange } from '../../protocol/trace.ts';
import { Fields } from './fields.ts';

const longestId = 100;
const longestPath = 32_768;
const mostCells = 4096;
const mostLines = 2_000_000;
const widestBeam = 32;
const aggregations = ['mean', 'max'] as const;

export const readId = (fields: Fields, name: string): string => fields.text(name, longestId);

/** Without an image: its bytes never come from a page, nor out of what was stored. */
export function readOpen(fields: Fields): OpenInspectionParams {
  return {
    model: fields.text('model', longestPath),
    ...fields.optional('task', name => fields.one(name, tasks)),
    text: fields.text('text', longestPassage),
    ...fields.optional('second', name => fields.index(name, longestPassage)),
    languageId: fields.text('languageId', 1000),
    beam: Math.max(1, fields.index('beam', widestBeam)),
    interventions: readInterventions(fields.any('interventions')),
    ...fields.optional('evenIfLarge', name => fields.flag(name)),
  };
}

export function readMapParams(fields: Fields): MapParams {
  const most = fields.fields('most');
  return {
    ...readReadMap(fields),
    ...readStretch(fields),
    most: { rows: most.index('rows', mostCells), columns: most.index('columns', mostCells) },
    ...fields.optional('pooled', name => fields.one(name, ['mean'] as const)),
    values: fields.one('values', ['bytes', 'floats'] as const),
  };
}

export function readHeadsParams(fields: Fields): HeadsParams {
  return {
    inspection: readId(fields, 'inspection'),
    reading: readReading(fields.fields('reading')),
    side: fields.index('side', mostCells),
    ...fields.optional('similarTo', name => readHead(fields.fields(name))),
    ...fields.optional('layers', name => fields.list(name, mostHeads, (value, where) => readLayer(new Fields(value, where)))),
  };
}

export function readLinesParams(fields: Fields): LinesParams {
  return {
    inspection: readId(fields, 'inspection'),
    ...readLayer(fields),
    heads: fields.indices('heads', mostHeads, mostHeads),
    reading: readReading(fields.fields('reading')),
    most: fields.index('most', mostLines),
    ...readStretch(fields),
  };
}

export function readArithmeticParams(fields: Fields): ArithmeticParams {
  return { inspection: readId(fields, 'inspection'), ...readHead(fields), query: fields.index('query', mostTokens) };
}

export function readInfluenceParams(fields: Fields): InfluenceParams {
  return {
    inspection: readId(fields, 'inspection'),
    choice: readChoice(fields.fields('choice')),
    by: fields.one('by', ['delete', 'mask'] as const),
    ...fields.optional('evenIfLarge', name => fields.flag(name)),
  };
}

export function readExportParams(fields: Fields): Omit<ExportParams, 'file'> {
  return {
    ...readReadMap(fields),
    format: fields.one('format', exportFormats),
    drawing: fields.is('drawing', 'matrix') ? 'matrix' : readDrawnLines(fields.fields('drawing')),
    ...fields.optional('scale', name => fields.one(name, chosenScales)),
  };
}

function readDrawnLines(fields: Fields): DrawnLines {
  return { heads: fields.indices('heads', mostHeads, mostHeads), ...readStretch(fields) };
}

export function readChoice(fields: Fields): MapChoice {
  const of = fields.one('of', ['heads', 'layers', 'rollout', 'flow'] as const);
  const kind = fields.one('kind', mapKinds);
  switch (of) {
    case 'heads': return { of, kind, layer: fields.index('layer', mostHeads), heads: readAllOr(fields, 'heads'), by: fields.one('by', aggregations) };
    case 'layers': return { of, kind, layers: readAllOr(fields, 'layers'), by: fields.one('by', aggregations) };
    default: return { of, kind, layer: fields.index('layer', mostHeads) };
  }
}

export function readReading(fields: Fields): MapReading {
  return {
    valueWeighted: fields.flag('valueWeighted'),
    hideSpecial: fields.flag('hideSpecial'),
    unit: fields.one('unit', mapUnits),
    normalise: fields.one('normalise', ['none', 'row', 'column', 'all'] as const),
    keep: readKeep(fields.fields('keep')),
  };
}

export function readRange(fields: Fields): TokenRange {
  return { first: fields.index('first', mostTokens), end: fields.index('end', mostTokens) };
}

function readKeep(fields: Fields): MapReading['keep'] {
  const by = fields.one('by', ['all', 'weight', 'top', 'mass'] as const);
  switch (by) {
    case 'all': return { by };
    case 'weight': return { by, least: fields.number('least', 0, Infinity) };
    case 'top': return { by, count: fields.index('count', mostTokens) };
    case 'mass': return { by, mass: fields.number('mass', 0, 1) };
  }
}

function readReadMap(fields: Fields): ReadMap {
  return {
    map: readMapOf(fields.fields('map')),
    ...fields.optional('minus', name => readMapOf(fields.fields(name))),
    reading: readReading(fields.fields('reading')),
  };
}

function readMapOf(fields: Fields): MapOf {
  return { inspection: readId(fields, 'inspection'), choice: readChoice(fields.fields('choice')) };
}

function readStretch(fields: Fields): { readonly rows?: TokenRange; readonly columns?: TokenRange } {
  return { ...fields.optional('rows', name => readRange(fields.fields(name))), ...fields.optional('columns', name => readRange(fields.fields(name))) };
}

function readLayer(fields: Fields): { readonly kind: MapKind; readonly layer: number } {
  return { kind: fields.one('kind', mapKinds), layer: fields.index('layer', mostHeads) };
}

function readHead(fields: Fields): { readonly kind: MapKind; readonly layer: number; readonly head: number } {
  return { ...readLayer(fields), head: fields.index('head', mostHeads) };
}

function readAllOr(fields: Fields, name: string): readonly number[] | 'all' {
  return fields.is(name, 'all') ? 'all' : fields.indices(name, mostHeads, mostHeads);
}

function readInterventions(value: unknown): readonly Intervention[] {
  const checked = checkInterventions(value);
  if ('list' in checked) return checked.list;
  throw new Failure('bad-argument', `What is to be changed can’t be read: ${checked.wrong}.`, 'Reload the window, and ask again.');
}

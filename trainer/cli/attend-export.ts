/** attend --export: one map of a pass, as it is to be read, as a drawing or in numbers. */
import { extname, resolve } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import { exportFormats, type ExportFormat, type ExportParams, type MapChoice, plainReading } from '../../protocol/inspection.ts';
import type { OpenForeign } from '../foreign/open.ts';
import type { HeldPass } from '../inspection/held.ts';
import { HeldPasses } from '../inspection/held-passes.ts';
import { withValues } from '../inspection/with-values.ts';
import { badArgument } from './command.ts';
import { readChoice, readHeads, readReading, readScale } from './map-argument.ts';
import { type Given, passesOf } from './passes.ts';

export interface ExportOptions {
  readonly export: string;
  readonly map?: string | undefined;
  readonly reading?: string | undefined;
  readonly scale?: string | undefined;
  /** Of which heads lines are drawn instead of a matrix. */
  readonly lines?: string | undefined;
  readonly interventions?: string | undefined;
}

/** What is wrong with the command line is told before a model is loaded. @throws Failure `bad-argument` */
export function readExport(options: ExportOptions): (model: OpenForeign, given: Given) => Promise<void> {
  const format = formatOf(options.export);
  const choice = options.map === undefined ? undefined : readChoice(options.map);
  const reading = options.reading === undefined ? plainReading : readReading(options.reading);
  const lines = options.lines === undefined ? undefined : readHeads(options.lines);
  if (lines !== undefined && !isDrawn(format)) throw badArgument('attend', `--lines says how SVG, PDF and PNG are drawn; --export writes ${format}.`);
  const scale = options.scale === undefined ? 'auto' : readScale(options.scale);
  if (options.scale !== undefined && (lines !== undefined || !isDrawn(format))) throw badArgument('attend', '--scale says how the matrix is drawn in SVG, PDF and PNG.');
  return async (model, given) => {
    const pass = await held(model, given, { file: options.interventions, valueWeighted: reading.valueWeighted });
    const map = { pass, choice: choice ?? usualOf(pass) };
    const { exportMap } = await import('../inspection/export.ts');
    const asked = { map, reading, format, file: resolve(options.export), drawing: drawingOf(map, lines), scale };
    const { warnings } = await exportMap(asked, new AbortController().signal);
    for (const warning of [...pass.inspection.warnings, ...warnings]) process.stderr.write(`attention-scope: ${warning}\n`);
  };
}

const isDrawn = (format: ExportFormat): boolean => format === 'svg' || format === 'pdf' || format === 'png';

function formatOf(file: string): ExportFormat {
  const ending = extname(file).slice(1).toLowerCase();
  const format = exportFormats.find(one => one === ending);
  if (format === undefined) throw badArgument('attend', `--export is "${file}"; a name that ends in ${exportFormats.map(one => `.${one}`).join(', ')} was expected.`);
  return format;
}

interface Held {
  /** Of interventions. */
  readonly file: string | undefined;
  readonly valueWeighted: boolean;
}

async function held(model: OpenForeign, given: Given, { file, valueWeighted }: Held): Promise<HeldPass> {
  const { readInterventions } = await import('../steering/parse.ts');
  const interventions = file === undefined ? [] : await readInterventions(file);
  const { run, image } = await passesOf(model, given);
  const asked = { model: model.id, text: given.text ?? '', languageId: '', beam: 1, interventions };
  const pass = valueWeighted ? await withValues(model, () => run(interventions)) : await run(interventions);
  return new HeldPasses().hold(pass, asked, { folder: model.id, image });
}

function usualOf({ inspection: { model, usual, layers } }: HeldPass): MapChoice {
  const [first] = layers;
  if (usual !== undefined) return usual;
  if (first === undefined) throw new Failure('bad-argument', `No attention of ${model} can be read.`, 'attention-scope inspect says what it is made of.');
  return { of: 'heads', kind: first.kind, layer: first.layer, heads: 'all', by: 'mean' };
}

function drawingOf({ pass, choice }: { readonly pass: HeldPass; readonly choice: MapChoice }, lines: readonly number[] | 'all' | undefined): ExportParams['drawing'] {
  if (lines === undefined) return 'matrix';
  if (lines !== 'all') return { heads: lines };
  const layer = choice.of === 'heads' ? pass.layers.find(one => one.kind === choice.kind && one.layer === choice.layer) : undefined;
  return { heads: Array.from({ length: layer?.heads ?? 1 }, (_, head) => head) };
}

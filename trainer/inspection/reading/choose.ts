/** One map of a pass, of tokens, before it is read in any way: a head, or several heads and layers as one. */
import { Failure } from '../../../protocol/failure.ts';
import type { MapChoice } from '../../../protocol/inspection.ts';
import { layerInWords } from '../../../protocol/map-name.ts';
import type { HeldLayer, HeldMap, HeldPass } from '../held.ts';
import { combine } from './combine.ts';
import { headsOf, layerOf, layersOf } from './find.ts';
import { flowThrough, refuseLongFlow } from './flow.ts';
import { denseMatrix, type Matrix } from './matrix.ts';
import { keyOf, maps } from './memory.ts';
import { withResidual } from './residual.ts';
import { rollOn } from './rollout.ts';

export interface ChosenMap {
  readonly matrix: Matrix;
  /** One that has such rows and columns. */
  readonly layer: HeldLayer;
}

interface Asked {
  readonly pass: HeldPass;
  readonly valueWeighted: boolean;
  readonly signal: AbortSignal;
}
type Choice<Of extends MapChoice['of']> = Extract<MapChoice, { of: Of }>;
type Layers = readonly [HeldLayer, ...HeldLayer[]];

/** What a choice is remembered under. */
export function keyOfChoice({ pass, choice }: HeldMap, valueWeighted: boolean): string {
  return JSON.stringify([keyOf(pass), choice, valueWeighted]);
}

/** @throws Failure `bad-argument` where there is no such map; AbortError */
export async function chooseMap({ pass, choice }: HeldMap, valueWeighted: boolean, signal: AbortSignal): Promise<ChosenMap> {
  const layer = choice.of === 'layers' ? layersOf(pass, choice.kind)[0] : layerOf(pass, choice.kind, choice.layer);
  const heads = choice.of === 'heads' ? headsOf(layer, choice, valueWeighted) : [];
  const [only] = heads;
  if (only !== undefined && heads.length === 1) return { layer, matrix: only };
  return { layer, matrix: denseMatrix(await weightsOf({ pass, valueWeighted, signal }, choice), layer.rows, layer.columns) };
}

/** `[row][column]` */
function weightsOf(asked: Asked, choice: MapChoice): Promise<Float32Array> {
  return maps.recall(keyOfChoice({ ...asked, choice }, asked.valueWeighted), () => {
    switch (choice.of) {
      case 'heads':
        return ofHeads(asked, choice);
      case 'layers':
        return ofLayers(asked, choice);
      case 'rollout':
        return ofRollout(asked, choice);
      case 'flow':
        return ofFlow(asked, choice);
    }
  });
}

function ofHeads({ pass, valueWeighted, signal }: Asked, choice: Choice<'heads'>): Promise<Float32Array> {
  const layer = layerOf(pass, choice.kind, choice.layer);
  return combine([headsOf(layer, choice, valueWeighted)], layer, choice.by, signal);
}

function ofLayers({ pass, valueWeighted, signal }: Asked, { kind, layers, by }: Choice<'layers'>): Promise<Float32Array> {
  const chosen = layers === 'all' ? layersOf(pass, kind) : layers.map(layer => layerOf(pass, kind, layer));
  const [first] = chosen;
  if (first === undefined) throw new Failure('bad-argument', 'A map was asked for of no layer at all.', 'Choose at least one.');
  checkAlike([first, ...chosen]);
  return combine(chosen.map(layer => headsOf(layer, { heads: 'all' }, valueWeighted)), first, by, signal);
}

/** What is remembered of the layer below is built upon. */
async function ofRollout(asked: Asked, choice: Choice<'rollout'>): Promise<Float32Array> {
  const through = layersThrough(asked.pass, choice);
  const [below, last] = [through.at(-2), through.at(-1) ?? through[0]];
  const passedOn = await passedOnBy(asked, last);
  if (below === undefined) return passedOn;
  return rollOn(passedOn, await weightsOf(asked, { ...choice, layer: below.layer }), last.rows);
}

async function ofFlow(asked: Asked, choice: Choice<'flow'>): Promise<Float32Array> {
  const through = layersThrough(asked.pass, choice);
  const [{ rows }] = through;
  refuseLongFlow(rows);
  const passedOn = [];
  for (const layer of through) passedOn.push(await passedOnBy(asked, layer));
  return flowThrough(passedOn, rows, asked.signal);
}

/** The mean of a layer's heads, and what goes around them. */
async function passedOnBy({ valueWeighted, signal }: Asked, layer: HeldLayer): Promise<Float32Array> {
  return withResidual(await combine([headsOf(layer, { heads: 'all' }, valueWeighted)], layer, 'mean', signal), layer.rows);
}

/** From the first to the chosen one. @throws Failure `bad-argument` where they are not of a text over itself */
function layersThrough(pass: HeldPass, { of, kind, layer: number }: Choice<'rollout' | 'flow'>): Layers {
  const last = layerOf(pass, kind, number);
  const [first, ...others] = layersOf(pass, kind);
  const through: Layers = first === last ? [first] : [first, ...others.slice(0, others.indexOf(last) + 1)];
  if (through.some(({ queries, keys }) => queries !== keys)) {
    const message = `Attention ${of} goes from layer to layer over the same tokens; maps of kind ${kind} lead from one sequence to another.`;
    throw new Failure('bad-argument', message, 'Choose attention of a text over itself, or the mean of the layers.');
  }
  checkAlike(through);
  checkWithoutGaps(through);
  return through;
}

/** @throws Failure `bad-argument` where a layer between is not held: what it passes on cannot be skipped */
function checkWithoutGaps(through: Layers): void {
  const missing = through.findIndex(({ layer }, index) => layer !== index);
  const next = through[missing];
  if (next === undefined) return;
  const message = `There is no attention of layer ${missing + 1} to go through: the next one that could be read is ${layerInWords(next)}.`;
  throw new Failure('bad-argument', message, 'Choose a single layer, or the mean of the layers.');
}

/** @throws Failure `bad-argument` where their maps differ in size: in some models layers look at fewer positions than others */
function checkAlike([first, ...others]: Layers): void {
  const other = others.find(({ rows, columns }) => rows !== first.rows || columns !== first.columns);
  if (other === undefined) return;
  const sizes = [first, other].map(layer => `those of ${layerInWords(layer)} have ${layer.rows} × ${layer.columns} weights`).join(', ');
  throw new Failure('bad-argument', `The maps are of different sizes: ${sizes}.`, 'Choose a single layer.');
}

/**
 * Every word of a source left out in turn, and how much less probable the model then holds what it said (leave-one-out: Li, Monroe
 * and Jurafsky 2016, "Understanding Neural Networks through Representation Erasure"); beside what attention each received.
 */
import { Failure } from '../../protocol/failure.ts';
import { type Axis, type Influence, type InfluenceParams, type InfluenceProgress, type InspectedOutput, type MapChoice, plainReading } from '../../protocol/inspection.ts';
import type { Span } from '../../protocol/trace.ts';
import { kendallTau } from '../analysis/kendall.ts';
import { facetOf, type OpenModel } from '../foreign/facets.ts';
import { isIn, readAs } from '../steering/masked-ids.ts';
import type { Said, ScoredPart, Scoring } from '../steering/scoring.ts';
import { steer } from '../steering/steering.ts';
import type { HeldPass } from './held.ts';
import { readMap } from './reading/index.ts';

export interface InfluenceOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: InfluenceProgress) => void) | undefined;
}

/**
 * @param model the one that the pass is of
 * @throws Failure `bad-argument` where keys are not of the source, nothing that the model says could be less probable, or nothing is
 *   left without a word; and as the model does when it is asked; AbortError
 */
export async function influenceOf(
  model: OpenModel, pass: HeldPass, { choice, by }: Pick<InfluenceParams, 'choice' | 'by'>, { signal, onProgress }: InfluenceOptions,
): Promise<Influence> {
  const { asked, output, axes } = pass.inspection;
  const received = await receivedByTokens(pass, choice, signal);
  const axis = sourceAxis(pass, choice);
  const steering = steer(asked.interventions, asked.text, asked.second);
  const { result } = await model.helm.hold(steering, async () => {
    const scoring = await facetOf(model, 'scorer').scoring({ text: steering.text, second: steering.second, languageId: asked.languageId, task: asked.task, said: saidIn(output, axes) });
    return changesOf(model, axis, scoring, by, { signal, onProgress });
  });
  const words = result.changes.map(({ word, change }) => ({ word, change, attention: received.filter((_, token) => isIn(axis.tokens[token], [axis.words[word] ?? nowhere])).reduce((total, weight) => total + weight, 0) }));
  return { words, measure: result.measure, ...(result.masked !== undefined && { masked: result.masked }), tau: kendallTau(words.map(({ change }) => change), words.map(({ attention }) => attention)) };
}

const nowhere: Span = { start: 0, end: 0 };

interface Changes {
  readonly changes: readonly { readonly word: number; readonly change: number }[];
  readonly measure: Scoring['measure'];
  readonly masked: string | undefined;
}

async function changesOf(model: OpenModel, axis: Axis, { parts, mask, keysOf, measure }: Scoring, by: InfluenceParams['by'], { signal, onProgress }: InfluenceOptions): Promise<Changes> {
  const scoreWithout = async (part: ScoredPart, isOf: (index: number) => boolean): Promise<number> => {
    const { ids, first } = part;
    if (by === 'mask' && mask === undefined) {
      const keys = new Set(ids.flatMap((_, index) => (isOf(index) ? [first + index] : [])));
      return model.helm.hiding({ keysOf, keys, model: model.id }, () => part.score(ids, signal, [...ids.keys()]));
    }
    const kept = [...ids.keys()].filter(index => by === 'mask' || !isOf(index));
    if (kept.length === 0) throw new Failure('bad-argument', 'The text is a single word: without it there is nothing left to read.', 'Mask it, or give a longer text.');
    return part.score(kept.map(index => (isOf(index) ? mask?.id : ids[index]) ?? 0), signal, kept);
  };
  const known = new Map<ScoredPart, number>();
  const wholeOf = async (part: ScoredPart): Promise<number> => {
    const whole = known.get(part) ?? (await part.score(part.ids, signal, [...part.ids.keys()]));
    known.set(part, whole);
    return whole;
  };
  // Words that the model wrote itself, behind the text that it was given, are none of the source.
  const words = axis.words.flatMap((span, word) => (parts.some(({ tokens }) => tokens.some(token => isIn(token, [span]))) ? [{ word, span }] : []));
  const changes: { word: number; change: number }[] = [];
  for (const [done, { word, span }] of words.entries()) {
    signal.throwIfAborted();
    onProgress?.({ done, of: words.length });
    let change = 0;
    for (const part of parts) {
      const isOf = (index: number): boolean => isIn(part.tokens[index], [span]);
      if (!part.ids.some((_, index) => isOf(index))) continue;
      change += (await wholeOf(part)) - (await scoreWithout(part, isOf));
    }
    changes.push({ word, change });
  }
  onProgress?.({ done: words.length, of: words.length });
  const masked = mask === undefined ? model.helm.hiddenInWords({ keysOf, model: model.id }) : readAs(mask);
  return { changes, measure, masked: by === 'mask' ? masked : undefined };
}

/** What each token of the source received, summed over queries. */
async function receivedByTokens(pass: HeldPass, choice: MapChoice, signal: AbortSignal): Promise<readonly number[]> {
  const all = Number.MAX_SAFE_INTEGER;
  const { cells, size: { columns } } = await readMap({ pass, choice }, undefined, { reading: plainReading, most: { rows: all, columns: all }, values: 'floats' }, signal);
  const received = new Array<number>(columns).fill(0);
  cells.forEach((weight, place) => (received[place % columns] = (received[place % columns] ?? 0) + weight));
  return received;
}

/** @throws Failure `bad-argument` where keys are of what was written, or of an image */
function sourceAxis({ inspection: { axes }, layers }: HeldPass, { kind }: MapChoice): Axis {
  const axis = axes[layers.find(layer => layer.kind === kind)?.keys ?? -1];
  if (axis?.side === 'source' && axis.words.length > 0) return axis;
  const what = axis?.side === 'image' ? 'patches of an image' : axis?.side === 'target' ? 'what the model wrote' : 'no words';
  throw new Failure('bad-argument', `The keys of ${kind} attention are ${what}; words of the source are left out, and their attention is to be ranked beside.`, 'Choose attention over the source.');
}

function saidIn(output: InspectedOutput, axes: readonly Axis[]): Said {
  switch (output.kind) {
    case 'written': {
      const ids = output.steps.map(({ written }) => written.token);
      const target = axes.find(({ side }) => side === 'target');
      return { kind: 'written', sentences: target === undefined ? [ids] : target.sentences.map(({ first, end }) => ids.slice(first, end)) };
    }
    case 'labelled':
      return { kind: 'labelled', label: output.labels[0]?.label ?? '' };
    case 'read':
      return { kind: 'read' };
  }
}

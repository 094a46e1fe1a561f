/** The pass of a model that writes: from its trace, and from what a witness was told meanwhile. */
import type { Alternative, Axis, InspectedOutput, MapChoice, SearchNode } from '../../protocol/inspection.ts';
import type { MapId, TokenRange, Trace } from '../../protocol/trace.ts';
import type { Candidate } from '../decoding/search-record.ts';
import type { SeenLayer, WitnessedSentence } from '../decoding/witness.ts';
import { continuedAxis, readAxis, textAxis } from './axes.ts';
import type { HeldLayer } from './held.ts';
import type { Pass } from './pass.ts';

export interface Written {
  /** Whether several beginnings were kept at once. */
  readonly isSearched: boolean;
  /** VS Code's id of the document's language. */
  readonly languageId: string;
}

export function writtenPass(trace: Trace, witnessed: readonly WitnessedSentence[], { isSearched, languageId }: Written): Pass {
  const { model, map, warnings } = trace;
  const { axes, sides } = sidesOf(trace, witnessed, languageId);
  return {
    model,
    axes,
    layers: layersOf(witnessed, sides, axes),
    usual: map && usualOf(map),
    image: undefined,
    output: outputOf(trace, witnessed, isSearched),
    warnings,
  };
}

/** The axes of a kind's rows and columns, with what of them each sentence has. */
interface Side {
  readonly axis: number;
  readonly ranges: readonly TokenRange[];
}
type Sides = { readonly [Kind in SeenLayer['kind']]: { readonly queries: Side; readonly keys: Side } };

function sidesOf(trace: Trace, witnessed: readonly WitnessedSentence[], languageId: string): { readonly axes: readonly Axis[]; readonly sides: Sides } {
  const { source, target, sentences } = trace;
  const start = witnessed[0]?.vocabulary.start;
  if (start === undefined) {
    const length = witnessed[0]?.layers[0]?.queries ?? source.tokens.length + Math.max(0, target.tokens.length - 1);
    const all: Side = { axis: 0, ranges: [{ first: 0, end: length }] };
    const itself = { queries: all, keys: all };
    return { axes: [continuedAxis(trace, length, languageId)], sides: { encoder: itself, decoder: itself, cross: itself, pooling: itself } };
  }
  const [sources, targets] = [sentences.map(sentence => sentence.source), sentences.map(sentence => sentence.target)];
  const [given, written, read] = [{ axis: 0, ranges: sources }, { axis: 1, ranges: targets }, { axis: 2, ranges: targets }];
  const isRead = witnessed.some(({ layers }) => layers.some(({ kind }) => kind === 'decoder'));
  return {
    axes: [textAxis('source', source, sources), textAxis('target', target, targets), ...(isRead ? [readAxis(trace, start)] : [])],
    sides: { encoder: { queries: given, keys: given }, decoder: { queries: read, keys: read }, cross: { queries: written, keys: given }, pooling: { queries: written, keys: given } },
  };
}

function layersOf(witnessed: readonly WitnessedSentence[], sides: Sides, axes: readonly Axis[]): HeldLayer[] {
  const [first] = witnessed;
  return (first?.layers ?? []).map(({ kind, layer, heads, shifts }, index): HeldLayer => {
    const { queries, keys } = sides[kind];
    return {
      kind,
      layer,
      heads,
      shifts,
      queries: queries.axis,
      keys: keys.axis,
      rows: axes[queries.axis]?.tokens.length ?? 0,
      columns: axes[keys.axis]?.tokens.length ?? 0,
      blocks: witnessed.flatMap(({ layers }, sentence) => {
        const [seen, rows, columns] = [layers[index], queries.ranges[sentence], keys.ranges[sentence]];
        return seen === undefined || rows === undefined || columns === undefined ? [] : [{ rows, columns, weights: seen.weights }];
      }),
    };
  });
}

function usualOf({ kind, layer, head }: MapId): MapChoice {
  return { of: 'heads', kind, layer, heads: head === 'mean' ? 'all' : [head], by: 'mean' };
}

function outputOf({ target, sentences }: Trace, witnessed: readonly WitnessedSentence[], isSearched: boolean): InspectedOutput {
  const steps = witnessed.flatMap(({ record, vocabulary }, number) => {
    const { first, end } = sentences[number]?.target ?? { first: 0, end: 0 };
    // What ends a text of a model without an end token is no token of it.
    return record.steps.slice(0, end - first).map(({ written, alternatives }) => ({
      written: spelled(written, vocabulary),
      alternatives: alternatives.map(one => spelled(one, vocabulary)),
    }));
  });
  const searches = witnessed.map(({ record, vocabulary }) => record.nodes.map((node): SearchNode => ({ ...node, text: vocabulary.spell(node.token) })));
  return { kind: 'written', text: target.text, steps, searches: isSearched ? searches : [] };
}

function spelled({ token, logProb }: Candidate, { spell }: WitnessedSentence['vocabulary']): Alternative {
  return { token, text: spell(token), logProb };
}

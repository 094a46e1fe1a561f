/** What each head of a layer is like, of its weights as they are, however they are read. */
import type { HeadFacts } from '../../../protocol/inspection.ts';
import { type AttentionMatrix, coverageOf, meanMapStatistics } from '../../analysis/map-statistics.ts';
import { RelativePositions } from '../../analysis/relative-position.ts';
import type { HeldBlock, HeldLayer, HeldPass } from '../held.ts';
import { copyWeights } from './matrix.ts';
import { patternsOf } from './patterns.ts';
import { axisAt } from './read.ts';
import { rolesOf } from './roles.ts';

export type HeadNumbers = Omit<HeadFacts, 'similarity'>;

export function headNumbers({ inspection: { axes } }: HeldPass, layer: HeldLayer): HeadNumbers[] {
  const [queries, keys] = [axisAt(axes, layer.queries), axisAt(axes, layer.keys)];
  const isOverItself = queries === keys;
  const blocks = layer.blocks.filter(block => sizeOf(block) > 0).map(block => ({
    block,
    patterns: patternsOf({ axis: queries, tokens: block.rows }, { axis: keys, tokens: block.columns }, layer.kind === 'decoder'),
    // Written over by every head.
    weights: block.weights instanceof Float32Array ? undefined : new Float32Array(sizeOf(block)),
  }));
  return Array.from({ length: layer.heads }, (_, head) => {
    const maps = blocks.map(({ block, patterns, weights }) => ({ map: mapOf(block, head, weights), patterns }));
    const matrices = maps.map(({ map }) => map);
    const { entropy, confidence, diagonality } = meanMapStatistics(matrices);
    const positions = isOverItself ? new RelativePositions(matrices) : undefined;
    const others = positions === undefined
      ? [{ role: 'diagonal', score: diagonality } as const]
      : [{ role: 'positional', score: positions.explained() } as const];
    return {
      kind: layer.kind,
      layer: layer.layer,
      head,
      entropy,
      confidence,
      diagonality,
      distance: positions?.distance() ?? null,
      coverage: coverageOfAll(matrices),
      roles: rolesOf({ maps, others }),
    };
  });
}

function sizeOf({ rows, columns }: HeldBlock): number {
  return (rows.end - rows.first) * (columns.end - columns.first);
}

function mapOf(block: HeldBlock, head: number, into: Float32Array | undefined): AttentionMatrix {
  const { rows, columns, weights } = block;
  const size = sizeOf(block);
  const shape = [rows.end - rows.first, columns.end - columns.first] as const;
  if (weights instanceof Float32Array) return { weights: weights.subarray(head * size, (head + 1) * size), shape };
  const copied = into ?? new Float32Array(size);
  copyWeights(block, head * size, size, copied, 0);
  return { weights: copied, shape };
}

/** 1 − the share of attention that would have to go to other keys for each of a map's to get as much. */
function coverageOfAll(maps: readonly AttentionMatrix[]): number {
  let [all, moved] = [0, 0];
  for (const map of maps) {
    const received = coverageOf(map);
    const mass = received.reduce((sum, weight) => sum + weight, 0);
    all += mass;
    moved += received.reduce((sum, weight) => sum + Math.max(0, weight - mass / received.length), 0);
  }
  return all === 0 ? 1 : 1 - moved / all;
}

/** Classifications for the panels' tests: the shape of real ones, with attention that is plain to see. */
import { deflateSync } from 'node:zlib';
import type { ClassifierMap, ImageClassification, Patch, TextClassification } from '../../protocol/classification.ts';
import type { Token } from '../../protocol/trace.ts';
import { wordsIn } from './sample.ts';

function softmax(scores: readonly number[]): number[] {
  const powers = scores.map(score => Math.exp(score));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map(power => power / total);
}

/** Of each position to each: mostly near itself, each head in its own way. */
function encoderMap(positions: number, head: number, near: (one: number, other: number) => number): number[] {
  return Array.from({ length: positions }, (_, query) =>
    softmax(Array.from({ length: positions }, (_, key) => 3 * Math.exp(-near(query, key) * (0.4 + 0.5 * head)) + 0.5 * Math.sin(3 * key + head)))).flat();
}

const maps = (heads: number, layers: number, positions: number): ClassifierMap[] => [
  ...Array.from({ length: heads }, (_, head): ClassifierMap => ({ kind: 'pooling', layer: 0, head, queries: 1, keys: positions })),
  ...Array.from({ length: layers * 2 }, (_, map): ClassifierMap => ({ kind: 'encoder', layer: Math.floor(map / 2), head: map % 2, queries: positions, keys: positions })),
];

/**
 * A text of two classes.
 * @param scores of words: how much each says for `positive`
 */
export function classifiedText(text: string, scores: Readonly<Record<string, number>>, layers: number): TextClassification {
  const words = wordsIn(text);
  const tokens: Token[] = words.flatMap(({ start, end }) => {
    const cut = end - start > 6 ? start + Math.ceil((end - start) / 2) : end;
    return [{ start, end: cut }, { start: cut, end }].filter(span => span.end > span.start).map(span => ({ ...span, text: text.slice(span.start, span.end) }));
  });
  const scoreOf = tokens.map(token => {
    const word = words.find(({ start, end }) => token.start >= start && token.start < end);
    return word === undefined ? 0 : (scores[text.slice(word.start, word.end)] ?? 0);
  });
  const heads = [0, 1].map(head => softmax(scoreOf.map((score, at) => Math.abs(score) * (1.4 - 0.5 * head) + 0.4 * Math.sin(5 * at + head))));
  const attention = tokens.map((_, at) => heads.reduce((sum, head) => sum + (head[at] ?? 0), 0) / heads.length);
  const evidence = attention.map((share, at) => 3 * share * (scoreOf[at] ?? 0));
  return {
    model: 'sentiment',
    source: { text, words, tokens },
    labels: [{ label: 'positive', probability: 0.912 }, { label: 'negative', probability: 0.088 }],
    evidence: [{ label: 'positive', weights: evidence }, { label: 'negative', weights: evidence.map(value => -0.8 * value) }],
    attention,
    maps: maps(2, layers, tokens.length),
    weights: [...heads, ...Array.from({ length: layers * 2 }, (_, map) => encoderMap(tokens.length, map, (one, other) => Math.abs(one - other)))],
    warnings: [],
  };
}

export const review = classifiedText(
  'The acting is wonderful and the music beautiful, although the plot drags a little and the ending is rather weak.',
  { wonderful: 2.4, beautiful: 1.9, acting: 0.5, music: 0.4, drags: -1.2, weak: -1.6, rather: -0.4, although: -0.7 },
  2,
);

/** A picture of a bright disc on a dark slope, `size` pixels wide and high. */
export function discPng(size: number): Buffer {
  const rows = Array.from({ length: size }, (_, y) => {
    const row = Buffer.alloc(1 + 3 * size);
    for (let x = 0; x < size; x++) {
      const inside = Math.hypot(x - 0.62 * size, y - 0.36 * size) < 0.2 * size;
      const shade = 40 + Math.round((90 * y) / size);
      row.set(inside ? [240, 214, 120] : [shade, Math.round(shade * 1.1), 70], 1 + 3 * x);
    }
    return row;
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.concat(rows))), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}

/** The checksum of PNG's chunks (ISO 15948, annex D). */
function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** The disc, as a model of `side` × `side` patches sees it. */
export function classifiedDisc(size: number, side: number): ImageClassification {
  const width = size / side;
  const patches: Patch[] = Array.from({ length: side * side }, (_, index) => ({ x: (index % side) * width, y: Math.floor(index / side) * width, width, height: width }));
  const distance = (patch: Patch): number => Math.hypot(patch.x + width / 2 - 0.62 * size, patch.y + width / 2 - 0.36 * size) / size;
  const heads = [0, 1].map(head => softmax(patches.map(patch => 4 * Math.exp(-distance(patch) * (6 + 6 * head)))));
  const attention = patches.map((_, at) => ((heads[0]?.[at] ?? 0) + (heads[1]?.[at] ?? 0)) / 2);
  const near = (one: number, other: number): number => Math.abs((one % side) - (other % side)) + Math.abs(Math.floor(one / side) - Math.floor(other / side));
  const says = patches.map((patch, at) => (attention[at] ?? 0) * (distance(patch) < 0.25 ? 9 : -2));
  return {
    model: 'shapes',
    image: { width: size, height: size },
    patches,
    labels: ['disc', 'square', 'triangle', 'star'].map((label, at) => ({ label, probability: [0.86, 0.09, 0.04, 0.01][at] ?? 0 })),
    evidence: [{ label: 'disc', weights: says }, { label: 'square', weights: says.map(value => -0.6 * value) }],
    attention,
    maps: maps(2, 2, patches.length),
    weights: [...heads, ...[0, 1, 2, 3].map(map => encoderMap(patches.length, map, near))],
    warnings: [],
  };
}

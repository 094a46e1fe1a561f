/** Every score by the name that a config calls it. */
import { additive } from './additive.ts';
import type { Attention, AttentionSizes } from './attention.ts';
import { coverage } from './coverage.ts';
import { dot } from './dot.ts';
import { general } from './general.ts';
import { hard } from './hard.ts';
import { localP } from './local.ts';
import { location } from './location.ts';
import { multiHead } from './multi-head.ts';
import { scaledDotProduct } from './scaled-dot-product.ts';

export type AttentionArchitecture =
  /** A context of fixed length, the encoder's summary (Cho et al. 2014, section 2.2): nothing is attended to. */
  | { readonly score: 'none' }
  | { readonly score: 'additive'; readonly width: number }
  | { readonly score: 'dot' }
  | { readonly score: 'general' }
  /** Positions that have a score of their own. */
  | { readonly score: 'location'; readonly longest: number }
  /** D: how far from the predicted position it looks. */
  | { readonly score: 'local-p'; readonly window: number }
  | { readonly score: 'scaled-dot-product'; readonly width: number }
  | { readonly score: 'multi-head'; readonly heads: number; readonly width: number }
  | { readonly score: 'hard'; readonly width: number; readonly temperature: number };

export type Score = AttentionArchitecture['score'];

/** @returns `undefined` where nothing is attended to */
export function attentionOf(attention: AttentionArchitecture, covered: boolean, sizes: AttentionSizes): Attention | undefined {
  switch (attention.score) {
    case 'none':
      return undefined;
    case 'additive':
      return covered ? coverage(attention.width, sizes) : additive(attention.width, sizes);
    case 'dot':
      return dot(sizes);
    case 'general':
      return general(sizes);
    case 'location':
      return location(attention.longest, sizes);
    case 'local-p':
      return localP(attention.window, sizes);
    case 'scaled-dot-product':
      return scaledDotProduct(attention.width, sizes);
    case 'multi-head':
      return multiHead(attention.heads, attention.width, sizes);
    case 'hard':
      return hard(attention.width, attention.temperature, sizes);
  }
}

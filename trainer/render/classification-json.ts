import type { ImageClassification, TextClassification } from '../../protocol/classification.ts';
import { shortest } from './json.ts';

/**
 * A classification as one line of JSON, with the keys of `protocol/classification.ts`: `model`; `labels[{label,
 * probability}]`, the most probable first; `evidence[{label, weights}]` of the first two; `attention`; `maps` and their
 * `weights`; of a text `source {text, tokens, words}` with UTF-16 offsets, of an image its size and `patches`.
 */
export function renderClassificationJson(classification: TextClassification | ImageClassification): string {
  return JSON.stringify(classification, (_, value: unknown) => (typeof value === 'number' ? shortest(Math.fround(value)) : value));
}

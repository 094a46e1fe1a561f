/** From a pass to what is drawn: maps of words or tokens, and the strengths of linked words. */
import type { Side } from '../../protocol/panel.ts';
import { isSpecial } from '../../protocol/special-token.ts';
import type { Span, Token } from '../../protocol/trace.ts';
import { wordElsewhere, wordMap, wordOfTokens } from '../../protocol/words.ts';
import { noFocus, one, type IndexRange, type MapData, type MapFocus, type MapLabel } from '../map/data.ts';
import { levelOf } from '../map/scale.ts';
import type { LitWord, Pass } from './state.ts';

export type Unit = 'words' | 'tokens';

/** As much of a pass as its maps are made of. */
export type PassSides = Pick<Pass, 'source' | 'rows'> & {
  readonly target: { readonly text: string; readonly tokens: readonly Token[]; readonly words: readonly Span[] };
};

/** What is derived from a pass, computed when first asked for. */
export class PassView {
  readonly #pass: PassSides;
  #words: MapData | undefined;
  #tokens: MapData | undefined;
  #wordOf: { source: number[]; target: number[] } | undefined;

  constructor(pass: PassSides) {
    this.#pass = pass;
  }

  map(unit: Unit): MapData {
    return unit === 'words' ? (this.#words ??= mapOfWords(this.#pass)) : (this.#tokens ??= mapOfTokens(this.#pass));
  }

  /** The word that a row or column of the map stands for, or belongs to; `undefined` for special tokens. */
  wordOf(unit: Unit, side: Side, index: number): number | undefined {
    if (unit === 'words') return index < this.#pass[side].words.length ? index : undefined;
    const word = this.#wordsOfTokens()[side][index] ?? -1;
    return word < 0 ? undefined : word;
  }

  /** The rows or columns of the map that a word stands in. */
  focus(unit: Unit, lit: LitWord | undefined): MapFocus {
    if (lit === undefined) return noFocus;
    const range = unit === 'words' ? one(lit.word) : this.#tokensOf(lit);
    return lit.side === 'target' ? { rows: range, columns: undefined } : { rows: undefined, columns: range };
  }

  /** How strongly each word of a side is lit, 0…10, when `lit` is: by its attention from or to that word. */
  levels(side: Side, lit: LitWord | undefined): readonly number[] {
    const { weights } = this.map('words');
    if (lit === undefined || lit.side === side) return [];
    return lit.side === 'target'
      ? Array.from(weights[lit.word] ?? [], levelOf)
      : weights.map(row => levelOf(row[lit.word] ?? 0));
  }

  /** The word of the other side that is linked most strongly. */
  strongestLink(lit: LitWord): number | undefined {
    const { weights } = this.map('words');
    const linked = lit.side === 'target' ? Array.from(weights[lit.word] ?? []) : weights.map(row => row[lit.word] ?? 0);
    const largest = Math.max(0, ...linked);
    return largest > 0 ? linked.indexOf(largest) : undefined;
  }

  #tokensOf({ side, word }: LitWord): IndexRange | undefined {
    const words = this.#wordsOfTokens()[side];
    const first = words.indexOf(word);
    return first < 0 ? undefined : { first, end: words.lastIndexOf(word) + 1 };
  }

  #wordsOfTokens(): { source: number[]; target: number[] } {
    const { source, target } = this.#pass;
    return (this.#wordOf ??= {
      source: wordOfTokens(source.tokens, source.words),
      target: wordOfTokens(target.tokens, target.words),
    });
  }
}

function mapOfWords(pass: PassSides): MapData {
  return {
    ...elsewhereOf(wordElsewhere(pass)),
    rows: pass.target.words.map(word => wordLabel(pass.target.text, word)),
    columns: pass.source.words.map(word => wordLabel(pass.source.text, word)),
    weights: wordMap(pass),
  };
}

function mapOfTokens(pass: PassSides): MapData {
  return {
    ...elsewhereOf(pass.rows.map(row => row.elsewhere ?? 0)),
    rows: pass.target.tokens.map(tokenLabel),
    columns: pass.source.tokens.map(tokenLabel),
    weights: pass.rows.map(row => {
      const weights = new Float32Array(pass.source.tokens.length);
      weights.set(row.weights.slice(0, Math.max(0, weights.length - row.firstSource)), row.firstSource);
      return weights;
    }),
  };
}

/** Only of a text that goes on with itself is there anything to tell. */
function elsewhereOf(shares: readonly number[]): Pick<MapData, 'elsewhere'> {
  return shares.some(share => share > 0) ? { elsewhere: shares } : {};
}

function wordLabel(text: string, { start, end }: Span): MapLabel {
  return { text: text.slice(start, end), special: false };
}

/** A token as maps call it. */
export function tokenLabel(token: Token): MapLabel {
  const text = token.text.replaceAll('▁', ' ').trim();
  return { text: text === '' ? '␣' : text, special: isSpecial(token) };
}

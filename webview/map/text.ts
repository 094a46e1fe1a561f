/** Measuring and shortening labels. Measuring is what costs, so every width is measured once a font. */
import type { Context } from './surface.ts';

const mostMeasured = 200;

export class LabelFont {
  readonly #context: Context;
  readonly #widths = new Map<string, number>();
  readonly #shortened = new Map<string, string>();

  /** @param font CSS font; widths come in the pixels of its size. */
  constructor(context: Context, readonly font: string) {
    this.#context = context;
  }

  width(text: string): number {
    const known = this.#widths.get(text);
    if (known !== undefined) return known;
    this.#context.font = this.font;
    const { width } = this.#context.measureText(text);
    this.#widths.set(text, width);
    return width;
  }

  /** Of thousands of texts only the longest are measured: the widest is one of them. */
  widest(texts: readonly string[]): number {
    const longest = texts.length <= mostMeasured ? texts : texts.toSorted((one, other) => other.length - one.length).slice(0, mostMeasured);
    return Math.max(0, ...longest.map(text => this.width(text)));
  }

  /** The text, or as much of its beginning as fits with an ellipsis. */
  shorten(text: string, limit: number): string {
    if (this.width(text) <= limit + 0.5) return text;
    const key = `${Math.round(limit)} ${text}`;
    const known = this.#shortened.get(key);
    if (known !== undefined) return known;
    const characters = Array.from(text);
    while (characters.length > 1 && this.width(`${characters.join('')}…`) > limit) characters.pop();
    const short = `${characters.join('')}…`;
    this.#shortened.set(key, short);
    return short;
  }
}

const rightToLeft = /^[^\p{L}]*[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** The direction of a label: that of its first letter, as `dir="auto"` decides. */
export function directionOf(text: string): 'ltr' | 'rtl' {
  return rightToLeft.test(text) ? 'rtl' : 'ltr';
}

/** Measuring and shortening labels. Measuring is what costs, so every width is measured once a font. */

export class LabelFont {
  readonly #context: CanvasRenderingContext2D;
  readonly #widths = new Map<string, number>();
  readonly #shortened = new Map<string, string>();

  /** @param font CSS font; widths come in the pixels of its size. */
  constructor(context: CanvasRenderingContext2D, readonly font: string) {
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

  widest(texts: Iterable<string>): number {
    let widest = 0;
    for (const text of texts) widest = Math.max(widest, this.width(text));
    return widest;
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

/** The head view's canvas: what it is drawn with, and what was drawn of it before. */
import type { CanvasPainter } from '../../map/redrawing.ts';
import type { Surface } from '../../map/surface.ts';
import { LabelFont } from '../../map/text.ts';
import { drawHeads, type HeadsScene, type Met } from './draw.ts';
import { layoutHeads, type HeadsLayout } from './layout.ts';
import { meetings, opacityOf, placed, shadeOf, strongestOf, type LineSet, type LineShade, type Side } from './lines.ts';
import { LinePicture } from './picture.ts';
import type { Lines } from './raster.ts';
import { readHeadsTheme, type HeadsTheme } from './theme.ts';
import { relativeTo, type LinesView, type SideFocus } from './view.ts';

/** What of a view is pointed out, and how far it is scrolled, in CSS pixels. */
export interface Moment extends Pick<HeadsScene, 'top' | 'cursor'> {
  readonly focused: SideFocus | undefined;
  readonly locked: Side | undefined;
}

/** Of a line in CSS pixels, where there are many and where there are few; and the most pixels of the screen that one takes. */
const thin = 1.5;
const thick = 2.5;
const thickest = 4;

/** In little, more lines than these are one blur. */
const mostInLittle = 2_000;

/** How many sets of lines are kept as they are placed: all of them, in little, and of one token. */
const mostPlaced = 3;

export class HeadPainter implements CanvasPainter {
  readonly #context: CanvasRenderingContext2D;
  readonly #probe: HTMLElement;
  readonly #pictures = { all: new LinePicture(), some: new LinePicture(), little: new LinePicture() };
  #little: { readonly of: LinesView; readonly lines: LineSet } | undefined;
  #placed: { readonly of: LineSet; readonly view: LinesView; readonly pitch: number; readonly shade: LineShade; readonly lines: Lines }[] = [];
  #theme: HeadsTheme | undefined;
  #fonts: { readonly plain: LabelFont; readonly bold: LabelFont } | undefined;
  #surface: Surface | undefined;

  /** @param probe an element of the view's own tree, to read colours from */
  constructor(context: CanvasRenderingContext2D, probe: HTMLElement) {
    this.#context = context;
    this.#probe = probe;
  }

  fit(surface: Surface): void {
    if (surface.ratio !== this.#surface?.ratio) this.#fonts = undefined;
    this.#surface = surface;
  }

  /** Colours and fonts are read again. */
  forgetTheme(): void {
    this.#theme = undefined;
    this.#fonts = undefined;
  }

  /** @param room that can be seen, in CSS pixels */
  layout({ queries, keys }: LinesView, room: { readonly width: number; readonly height: number }): HeadsLayout {
    const { bold } = this.#type;
    const widest = (labels: LinesView['queries']['labels']): number => bold.widest(labels.map(label => label.text)) / this.#ratio;
    return layoutHeads({
      ...room, queries: queries.labels.length, keys: keys.labels.length, lineHeight: Math.round(this.#colours.fontSize * 1.3),
      queryLabel: widest(queries.labels), keyLabel: widest(keys.labels),
    });
  }

  /** Returns how many rows of lines had to be drawn anew. */
  draw(view: LinesView, layout: HeadsLayout, { focused, locked, top, cursor }: Moment): number {
    const surface = this.#surface;
    if (surface === undefined || surface.pixels.height === 0) return 0;
    const { ratio } = surface;
    const main = focused === undefined ? this.#pictures.all : this.#pictures.some;
    const shades = { main: shadeOf(focused !== undefined, this.#colours.highContrast), little: shadeOf(false, this.#colours.highContrast) };
    const lines = this.#lines(focused?.lines ?? view.lines, view, layout.pitch * ratio, shades.main);
    const { overview } = layout;
    drawHeads(this.#context, {
      layout, surface, top, cursor, theme: this.#colours, ...this.#type, queries: view.queries.labels, keys: view.keys.labels,
      lines: this.#image(main, lines, surface, layout, focused === undefined ? thin : thick, Math.round(top * ratio)),
      overview: overview === undefined ? undefined
        : this.#image(this.#pictures.little, this.#lines(this.#littleOf(view), view, (layout.height / layout.extent) * layout.pitch * ratio, shades.little), surface, overview, thin, 0),
      met: focused === undefined ? undefined : metBy(view, focused),
      locked: locked === undefined ? undefined : relativeTo(view, locked),
    });
    return main.rows;
  }

  #image(picture: LinePicture, lines: Lines, { pixels: { height }, ratio }: Surface, { left, right }: { readonly left: number; readonly right: number }, thickness: number, top: number): ImageData | undefined {
    const width = Math.round(right * ratio) - Math.round(left * ratio);
    if (width <= 0) return undefined;
    const size = { width, height, thickness: Math.max(1, Math.min(thickest, thickness * ratio)) };
    return new ImageData(picture.draw(lines, this.#colours.heads, size, top), width, height);
  }

  #littleOf(view: LinesView): LineSet {
    if (this.#little?.of !== view) this.#little = { of: view, lines: strongestOf(view.lines, mostInLittle) };
    return this.#little.lines;
  }

  /** The same object for the same lines, by which pictures know them again. */
  #lines(of: LineSet, view: LinesView, pitch: number, shade: LineShade): Lines {
    const known = this.#placed.find(one => one.of === of && one.view === view && one.pitch === pitch && one.shade === shade);
    if (known !== undefined) return known.lines;
    const lines = placed(of, { row: view.queries.first, column: view.keys.first, pitch }, weight => opacityOf(weight, shade, view.full, view.heads.length));
    this.#placed = [{ of, view, pitch, shade, lines }, ...this.#placed].slice(0, mostPlaced);
    return lines;
  }

  get #ratio(): number {
    return this.#surface?.ratio ?? devicePixelRatio;
  }

  get #colours(): HeadsTheme {
    return (this.#theme ??= readHeadsTheme(this.#probe));
  }

  get #type(): { readonly plain: LabelFont; readonly bold: LabelFont } {
    if (this.#fonts === undefined) {
      const size = `${this.#colours.fontSize * this.#ratio}px ${this.#colours.fontFamily}`;
      this.#fonts = { plain: new LabelFont(this.#context, size), bold: new LabelFont(this.#context, `600 ${size}`) };
    }
    return this.#fonts;
  }
}

function metBy(view: LinesView, { side, lines }: SideFocus): Met {
  const { first, labels } = side.axis === 'query' ? view.keys : view.queries;
  const met = meetings(lines, side, view.heads, first + labels.length);
  return { side: relativeTo(view, side), heads: view.heads, strengths: met.map(row => row.subarray(first).map(weight => weight / view.full)) };
}

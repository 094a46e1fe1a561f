/** Draws a map on its canvas, and its legends on theirs, in the theme's colours. */
import { noFocus, type AnyMap, type MapFocus } from './data.ts';
import { drawMap, type Drawn } from './draw.ts';
import { framed, type Caption } from './framed.ts';
import { Layers } from './layers.ts';
import type { LayoutInput, MapLayout, Scroll, Size } from './layout.ts';
import { drawLegends, scaleKeys } from './legend.ts';
import type { Context, Surface } from './surface.ts';
import { LabelFont } from './text.ts';
import { readTheme, type MapTheme } from './theme.ts';

interface Fonts {
  readonly plain: LabelFont;
  readonly bold: LabelFont;
}

/** What labels need, in CSS pixels. */
type LabelSizes = Pick<LayoutInput, 'rowLabel' | 'columnLabel' | 'lineHeight'>;

export class Painter {
  surface: Surface | undefined;
  readonly #canvas: HTMLCanvasElement;
  readonly #probe: HTMLElement;
  readonly #layers = new Layers();
  #theme: MapTheme | undefined;
  #fonts: (Fonts & { readonly ratio: number }) | undefined;
  #measured: { readonly rows: AnyMap['rows']; readonly columns: AnyMap['columns']; readonly font: LabelFont; readonly sizes: LabelSizes } | undefined;

  /** @param probe an element in the map's own tree, whose styles say what the theme's colours are */
  constructor(canvas: HTMLCanvasElement, probe: HTMLElement) {
    this.#canvas = canvas;
    this.#probe = probe;
  }

  get ratio(): number {
    return this.surface?.ratio ?? devicePixelRatio;
  }

  /** Colours and fonts are other ones. */
  forgetTheme(): void {
    this.#theme = undefined;
    this.#fonts = undefined;
  }

  /** What a map's labels need. */
  measure({ rows, columns }: AnyMap): LabelSizes | undefined {
    const context = this.#canvas.getContext('2d');
    if (context === null) return undefined;
    const { plain } = this.#fontsOf(context);
    const known = this.#measured;
    if (known?.rows === rows && known.columns === columns && known.font === plain) return known.sizes;
    const widest = (labels: AnyMap['rows']): number => plain.widest(labels.map(({ text }) => text)) / this.ratio;
    const sizes = { rowLabel: widest(rows), columnLabel: widest(columns), lineHeight: Math.round(this.#themeOf().fontSize * 1.3) };
    this.#measured = { rows, columns, font: plain, sizes };
    return sizes;
  }

  draw(map: AnyMap, layout: MapLayout, scroll: Scroll, focus: MapFocus, locked: MapFocus): Drawn | undefined {
    const context = this.#canvas.getContext('2d');
    if (context === null || this.surface === undefined) return undefined;
    const theme = this.#themeOf();
    return drawMap(context, { map, layers: this.#layers.of(map, theme), layout, theme, surface: this.surface, scroll, focus, locked, ...this.#fontsOf(context) });
  }

  /** The part of a map that `size` has room for, and what is said of it. */
  picture(map: AnyMap, layout: MapLayout, { scroll, size }: { readonly scroll: Scroll; readonly size: Size }, ratio: number, focus: MapFocus, caption: Caption): Promise<Blob> | undefined {
    const pixels = { width: Math.round(Math.min(size.width, layout.width) * ratio), height: Math.round(Math.min(size.height, layout.height) * ratio) };
    const drawing = new OffscreenCanvas(pixels.width, pixels.height);
    const context = drawing.getContext('2d');
    if (context === null) return undefined;
    const theme = this.#themeOf();
    const fonts = fontsOf(context, theme, ratio);
    drawMap(context, { map, layers: this.#layers.of(map, theme), layout, theme, surface: { pixels, ratio }, scroll, focus, locked: noFocus, ...fonts });
    return framed({ drawing, ratio, theme, caption, keys: scaleKeys(map, theme, ratio) });
  }

  drawLegends(root: ParentNode, map: AnyMap): void {
    drawLegends(root, map, this.#themeOf(), this.ratio);
  }

  close(): void {
    this.#layers.close();
  }

  #themeOf(): MapTheme {
    return (this.#theme ??= readTheme(this.#probe));
  }

  #fontsOf(context: CanvasRenderingContext2D): Fonts {
    if (this.#fonts?.ratio !== this.ratio) this.#fonts = { ...fontsOf(context, this.#themeOf(), this.ratio), ratio: this.ratio };
    return this.#fonts;
  }
}

function fontsOf(context: Context, { fontSize, fontFamily }: MapTheme, ratio: number): Fonts {
  const size = `${fontSize * ratio}px ${fontFamily}`;
  return { plain: new LabelFont(context, size), bold: new LabelFont(context, `600 ${size}`) };
}

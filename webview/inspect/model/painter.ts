/** The model view's canvas, and what it is drawn with. */
import { shareOf } from '../../../protocol/map-bytes.ts';
import { paletteOf, type Palette } from '../../map/palette.ts';
import type { CanvasPainter } from '../../map/redrawing.ts';
import type { Size } from '../../map/layout.ts';
import type { Surface } from '../../map/surface.ts';
import { LabelFont } from '../../map/text.ts';
import { readTheme, type MapTheme } from '../../map/theme.ts';
import type { HeadInLittle } from '../inspector.ts';
import { layerName } from '../names.ts';
import type { ModelRow } from './arrange.ts';
import { drawModel, type ModelScene } from './draw.ts';
import { layoutModel, type ModelLayout } from './layout.ts';
import { Strips } from './strips.ts';

interface Style {
  readonly theme: MapTheme;
  readonly palette: Palette;
  readonly plain: LabelFont;
  readonly small: LabelFont;
}

/** Of thumbnails, by byte: each on the scale of its own largest. */
const strengths = Float32Array.from({ length: 256 }, (_, byte) => shareOf(byte, false));

export class ModelPainter implements CanvasPainter {
  readonly #context: CanvasRenderingContext2D;
  readonly #probe: HTMLElement;
  readonly #strips = new Strips();
  #style: Style | undefined;
  #surface: Surface | undefined;

  /** @param probe an element of the view's own tree, to read colours from */
  constructor(context: CanvasRenderingContext2D, probe: HTMLElement) {
    this.#context = context;
    this.#probe = probe;
  }

  fit(surface: Surface): void {
    if (surface.ratio !== this.#surface?.ratio) this.#style = undefined;
    this.#surface = surface;
  }

  /** Colours and fonts are read again. */
  forgetTheme(): void {
    this.#style = undefined;
  }

  layout(rows: readonly ModelRow<HeadInLittle>[], room: Size): ModelLayout {
    const { theme, plain } = this.#drawnWith;
    const names = rows.flatMap(row => (row.of === 'heads' && row.layer !== undefined ? [layerName({ layer: row.layer })] : []));
    return layoutModel({ rows, ...room, layerName: plain.widest(names) / this.#ratio, lineHeight: Math.round(theme.fontSize * 1.2) });
  }

  /** Returns how many heads were drawn. */
  draw(scene: Omit<ModelScene, keyof Style | 'surface' | 'strips'>): number {
    const surface = this.#surface;
    if (surface === undefined || surface.pixels.width === 0 || surface.pixels.height === 0) return 0;
    return drawModel(this.#context, { ...scene, ...this.#drawnWith, surface, strips: this.#strips });
  }

  get #ratio(): number {
    return this.#surface?.ratio ?? devicePixelRatio;
  }

  get #drawnWith(): Style {
    if (this.#style === undefined) {
      const theme = readTheme(this.#probe);
      const font = (size: number): LabelFont => new LabelFont(this.#context, `${size * this.#ratio}px ${theme.fontFamily}`);
      this.#style = { theme, palette: paletteOf(theme, strengths), plain: font(theme.fontSize), small: font(theme.fontSize - 2) };
    }
    return this.#style;
  }
}

/** What lies over what in the picture of a map: a layer a window, kept as long as the window is there. */
import type { CellWindow } from './cell-window.ts';
import { fullOf, type AnyMap, type IndexRange, type MapData } from './data.ts';
import { bytesOfRows, bytesOfWindow, Levels } from './levels.ts';
import { paletteOf, type Palette } from './palette.ts';
import type { MapTheme } from './theme.ts';
import { Tiles } from './tiles.ts';

export interface Layer {
  readonly rows: IndexRange;
  readonly columns: IndexRange;
  /** How many rows and columns of the map one of its cells stands for. */
  readonly step: { readonly rows: number; readonly columns: number };
  readonly levels: Levels;
  readonly tiles: Tiles;
}

export class Layers {
  #palettes: { readonly of: MapTheme; readonly plain: Palette; readonly signed: Palette } | undefined;
  /** By what they were made from: a map's rows, or one of its windows. */
  #made = new Map<MapData | CellWindow, Layer>();

  /** The layers of a map, the lowest first. */
  of(map: AnyMap, theme: MapTheme): readonly Layer[] {
    if (theme !== this.#palettes?.of) {
      this.close();
      this.#palettes = { of: theme, plain: paletteOf(theme, false), signed: paletteOf(theme, true) };
    }
    const { plain, signed } = this.#palettes;
    const palette = map.evidence === undefined ? plain : signed;
    const before = this.#made;
    this.#made = new Map<MapData | CellWindow, Layer>('weights' in map
      ? [[map, before.get(map) ?? layerOfRows(map, palette)]]
      : map.windows.map((window): [MapData | CellWindow, Layer] => [window, before.get(window) ?? layerOfWindow(window, map, palette)]));
    for (const [source, layer] of before) if (!this.#made.has(source)) layer.tiles.close();
    return [...this.#made.values()];
  }

  close(): void {
    for (const { tiles } of this.#made.values()) tiles.close();
    this.#made = new Map();
    this.#palettes = undefined;
  }
}

function layerOfRows(map: MapData, palette: Palette): Layer {
  const levels = new Levels(bytesOfRows(map), map.evidence !== undefined);
  return {
    rows: { first: 0, end: map.rows.length }, columns: { first: 0, end: map.columns.length }, step: { rows: 1, columns: 1 },
    levels, tiles: new Tiles(levels, palette),
  };
}

function layerOfWindow(window: CellWindow, map: AnyMap, palette: Palette): Layer {
  const { rows, columns, step } = window;
  const isSigned = map.evidence !== undefined;
  const levels = new Levels(bytesOfWindow(window, fullOf(map, 0), isSigned), isSigned);
  return { rows, columns, step, levels, tiles: new Tiles(levels, palette) };
}

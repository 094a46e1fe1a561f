/** What lies over what in the picture of a map: a layer a window, kept as long as the window is there. */
import { shareOf } from '../../protocol/map-bytes.ts';
import { strengthOn } from '../../protocol/map-scale.ts';
import type { CellWindow } from './cell-window.ts';
import { fullOf, reachOf, type AnyMap, type IndexRange, type MapData } from './data.ts';
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
  /** How strongly a cell shows, -1…1, by its byte. */
  readonly strengths: Float32Array;
}

/** What makes a shade of a byte: the same for all windows of a map. */
interface Shades {
  readonly theme: MapTheme;
  readonly strengths: Float32Array;
  readonly palette: Palette;
}

export class Layers {
  #shades: Shades | undefined;
  /** By what they were made from: a map's rows, or one of its windows. */
  #made = new Map<MapData | CellWindow, Layer>();

  /** The layers of a map, the lowest first. */
  of(map: AnyMap, theme: MapTheme): readonly Layer[] {
    const shades = this.#shadesOf(map, theme);
    const before = this.#made;
    this.#made = new Map<MapData | CellWindow, Layer>('weights' in map
      ? [[map, before.get(map) ?? layerOfRows(map, shades)]]
      : map.windows.map((window): [MapData | CellWindow, Layer] => [window, before.get(window) ?? layerOfWindow(window, map, shades)]));
    for (const [source, layer] of before) if (!this.#made.has(source)) layer.tiles.close();
    return [...this.#made.values()];
  }

  close(): void {
    for (const { tiles } of this.#made.values()) tiles.close();
    this.#made = new Map();
    this.#shades = undefined;
  }

  /** On another scale, or in other colours, everything is drawn anew. */
  #shadesOf(map: AnyMap, theme: MapTheme): Shades {
    const strengths = strengthsOf(map);
    const known = this.#shades;
    if (known?.theme === theme && known.strengths.every((strength, byte) => strength === strengths[byte])) return known;
    this.close();
    return (this.#shades = { theme, strengths, palette: paletteOf(theme, strengths) });
  }
}

function strengthsOf(map: AnyMap): Float32Array {
  const isSigned = map.evidence !== undefined;
  const reach = reachOf(map, map.evidence?.first ?? 0);
  return Float32Array.from({ length: 256 }, (_, byte) => strengthOn(map.scale ?? 'linear', shareOf(byte, isSigned) * reach.full, reach));
}

function layerOfRows(map: MapData, { strengths, palette }: Shades): Layer {
  const levels = new Levels(bytesOfRows(map), map.evidence !== undefined);
  return {
    rows: { first: 0, end: map.rows.length }, columns: { first: 0, end: map.columns.length }, step: { rows: 1, columns: 1 },
    levels, tiles: new Tiles(levels, palette), strengths,
  };
}

function layerOfWindow(window: CellWindow, map: AnyMap, { strengths, palette }: Shades): Layer {
  const { rows, columns, step } = window;
  const isSigned = map.evidence !== undefined;
  const levels = new Levels(bytesOfWindow(window, fullOf(map, 0), isSigned), isSigned);
  return { rows, columns, step, levels, tiles: new Tiles(levels, palette), strengths };
}

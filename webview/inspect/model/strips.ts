/** The pictures of rows of heads, kept as long as they are in sight and nothing of them changes: who only points draws none anew. */
import type { Palette } from '../../map/palette.ts';
import type { HeadInLittle } from '../inspector.ts';
import type { ModelRow } from './arrange.ts';
import { paintThumbnail } from './thumbnail.ts';

export type HeadsRow = Extract<ModelRow<HeadInLittle>, { readonly of: 'heads' }>;

/** What of a row is painted: its heads, each from a pixel on. */
export interface StripPlan {
  readonly width: number;
  readonly side: number;
  readonly places: readonly { readonly head: HeadInLittle; readonly x: number }[];
  readonly palette: Palette;
}

interface Strip extends StripPlan {
  readonly image: ImageData;
}

export class Strips {
  #kept = new Map<HeadsRow, Strip>();
  #before = new Map<HeadsRow, Strip>();

  /** Another frame: what it doesn't ask for is forgotten with it. */
  begin(): void {
    this.#before = this.#kept;
    this.#kept = new Map();
  }

  of(row: HeadsRow, plan: StripPlan): ImageData {
    const known = this.#before.get(row);
    const strip = known !== undefined && isSame(known, plan) ? known : { ...plan, image: painted(plan) };
    this.#kept.set(row, strip);
    return strip.image;
  }
}

/** Heads of a row stand as far apart as its side says: where the first is, the others are. */
function isSame(one: StripPlan, other: StripPlan): boolean {
  return one.width === other.width && one.side === other.side && one.palette === other.palette && one.places.length === other.places.length &&
    one.places[0]?.x === other.places[0]?.x && one.places.at(-1)?.x === other.places.at(-1)?.x;
}

function painted({ width, side, places, palette }: StripPlan): ImageData {
  const image = new ImageData(width, side);
  const pixels = new Uint32Array(image.data.buffer);
  for (const { head, x } of places) paintThumbnail({ pixels, width }, head, palette, x, side);
  return image;
}

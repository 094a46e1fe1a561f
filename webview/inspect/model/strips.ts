/** The pictures of rows of heads, kept while nothing of them changes: who only points, or scrolls back, draws none anew. */
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

/** So many are kept, some 400 KB each: more than are in sight, so that who scrolls back draws none anew. */
const mostKept = 32;

export class Strips {
  /** The one that was asked for last at the end. */
  readonly #kept = new Map<HeadsRow, Strip>();

  of(row: HeadsRow, plan: StripPlan): ImageData {
    const known = this.#kept.get(row);
    const strip = known !== undefined && isSame(known, plan) ? known : { ...plan, image: painted(plan) };
    this.#kept.delete(row);
    this.#kept.set(row, strip);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest);
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

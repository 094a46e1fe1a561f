/** What a view can bring out of the page by itself, besides a map's numbers, which the worker has. */

import type { Caption } from '../../map/framed.ts';

/** It has a picture of what is seen, at twice the page's size; `undefined` while there is nothing. */
export interface Pictured {
  picture(caption: Caption): Promise<Blob> | undefined;
}

/** It has numbers that are no map, as CSV; `undefined` while there are none. */
export interface Tabled {
  csv(): string | undefined;
}

export function isPictured(view: object | null): view is Pictured {
  return view !== null && 'picture' in view && typeof view.picture === 'function';
}

export function isTabled(view: object | null): view is Tabled {
  return view !== null && 'csv' in view && typeof view.csv === 'function';
}

/** What `<attention-map>` tells of. */
import type { MapDetail } from './cell-window.ts';
import type { MapCell } from './data.ts';
import type { Zoom } from './zoom.ts';

export interface MapPoint {
  readonly axis: 'row' | 'column';
  readonly index: number;
}

/** `select` stays until something else is selected or Escape; `hover` ends (`undefined`) when the pointer leaves. */
export class MapPointEvent extends CustomEvent<{ readonly how: 'hover' | 'select'; readonly point: MapPoint | undefined; readonly cell: MapCell | undefined }> {
  constructor(how: 'hover' | 'select', point: MapPoint | undefined, cell?: MapCell) {
    super('map-point', { detail: { how, point, cell } });
  }
}

/** How a map is looked at, by shares of it: the same place of another one, whose cells may be of other sizes. */
export interface MapPlace {
  readonly zoom: Zoom;
  /** How much of it has been scrolled past. */
  readonly down: number;
  readonly across: number;
}

/** The user scrolls or zooms it: maps beside it may follow. */
export class MapMoveEvent extends CustomEvent<MapPlace> {
  constructor(place: MapPlace) {
    super('map-move', { detail: place });
  }
}

/** What is seen of the map, and how finely: whoever holds it in windows may ask for another. */
export class MapDetailEvent extends CustomEvent<MapDetail> {
  constructor(detail: MapDetail) {
    super('map-detail', { detail });
  }
}

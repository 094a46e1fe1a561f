/** What `<attention-matrix>` tells besides what is pointed at. */
import type { MapLabelRange, MapWindow } from '../../../protocol/inspection.ts';

export interface PickedCell {
  readonly query: MapLabelRange;
  readonly key: MapLabelRange;
  /** As it is known so far. */
  readonly weight: number;
}

/** A cell was clicked, or walked to. */
export class CellPickEvent extends CustomEvent<PickedCell> {
  constructor(cell: PickedCell) {
    super('cell-pick', { detail: cell });
  }
}

/** A map has come: how large it is, and its weight furthest from 0. */
export class MapSizeEvent extends CustomEvent<Pick<MapWindow, 'size' | 'full'>> {
  constructor({ size, full }: Pick<MapWindow, 'size' | 'full'>) {
    super('map-size', { detail: { size, full } });
  }
}

/** What `<attention-matrix>` tells besides what is pointed at. */
import type { MapLabelRange, MapWindow } from '../../../protocol/inspection.ts';
import type { TokenRange } from '../../../protocol/trace.ts';

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

/** The rows and columns that the pointer is on; none any more. */
export interface CrossedTokens {
  readonly query: TokenRange | undefined;
  readonly key: TokenRange | undefined;
}

export class CellCrossEvent extends CustomEvent<{ readonly crossed: CrossedTokens | undefined }> {
  constructor(crossed: CrossedTokens | undefined) {
    super('cell-cross', { detail: { crossed } });
  }
}

/** A map has come: how large it is, and how far its weights reach. */
export class MapSizeEvent extends CustomEvent<Pick<MapWindow, 'size' | 'full' | 'strong'>> {
  constructor({ size, full, strong }: Pick<MapWindow, 'size' | 'full' | 'strong'>) {
    super('map-size', { detail: { size, full, strong } });
  }
}

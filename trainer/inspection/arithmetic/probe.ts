/** Looks on while a model runs again: at one row of one head, whichever run it is of. */
import type { MapKind } from '../../../protocol/trace.ts';
import { floats, type Tensors } from '../../engine/session.ts';
import type { RowProbe } from '../../steering/probes.ts';
import type { ExposedParts } from '../../taps/parts/expose.ts';
import type { PartValue } from '../../taps/parts/parts.ts';
import { type Numbers, UnknownLayout } from './numbers.ts';
import { type Row, rowOf, textsIn } from './row.ts';

export interface ProbedRow {
  readonly kind: MapKind;
  readonly layer: number;
  readonly head: number;
  /** How many heads the layer has. */
  readonly heads: number;
  /** Token of the queries' axis. */
  readonly query: number;
}

/** A row that may be the one. */
export interface SeenRow {
  readonly row: Row;
  /** Token of the keys' axis. */
  readonly firstKey: number;
}

export class Probe implements RowProbe {
  /** One for each hypothesis of each run that has such a query. */
  readonly rows: SeenRow[] = [];
  /** Whether there was one whose numbers do not lead to it. */
  isLaidOtherwise = false;

  constructor(readonly of: ProbedRow) {}

  look(places: readonly ExposedParts[], tensors: Tensors, { query, firstKey }: { readonly query: number; readonly firstKey: number }): void {
    for (const { parts, outputs } of places) {
      const told = (value: PartValue): Numbers => {
        const tensor = tensors[outputs.get(value.name) ?? ''];
        if (tensor === undefined) throw new UnknownLayout();
        return { dims: tensor.dims, data: floats(tensor) };
      };
      if (told(parts.read).data.length === 0) continue;
      try {
        for (let text = 0; text < textsIn(parts, told, this.of.heads); text++) {
          const row = rowOf(parts, told, { ...this.of, query }, text);
          if (row !== undefined) this.rows.push({ row, firstKey });
        }
      } catch (thrown) {
        if (!(thrown instanceof UnknownLayout)) throw thrown;
        this.isLaidOtherwise = true;
      }
    }
  }
}

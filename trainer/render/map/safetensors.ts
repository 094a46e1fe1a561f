import { writeSafetensors } from '../../checkpoints/safetensors.ts';
import type { MapChoice } from '../../../protocol/inspection.ts';
import { toldOf, type ReadOut, type ReadSide } from './read-out.ts';

/**
 * Writes one float32 tensor, `[row, column]`. The metadata hold `model`, and as JSON what its `rows` and `columns` are, its
 * `choice`, its `reading` and, of a difference, `minus`.
 */
export async function writeMapSafetensors(path: string, { about: { model, choice, minus, reading }, rows, columns, cells }: ReadOut): Promise<void> {
  const told = { rows: sideOf(rows), columns: sideOf(columns), choice, reading, minus: minus && toldOf(minus) };
  const metadata = Object.entries(told).flatMap(([key, value]) => (value === undefined ? [] : [[key, JSON.stringify(value)]]));
  const tensor = { name: tensorName(choice), shape: [rows.labels.length, columns.labels.length], data: cells };
  await writeSafetensors(path, [tensor], { model, ...Object.fromEntries(metadata) });
}

/** `cross.1.2`, `encoder.0.mean`, `encoder.rollout.3` */
function tensorName(choice: MapChoice): string {
  const { kind } = choice;
  switch (choice.of) {
    case 'heads':
      return `${kind}.${choice.layer}.${choice.heads !== 'all' && choice.heads.length === 1 ? choice.heads[0] ?? '' : choice.by}`;
    case 'layers':
      return `${kind}.${choice.by}`;
    case 'rollout':
    case 'flow':
      return `${kind}.${choice.of}.${choice.layer}`;
  }
}

function sideOf({ axis: { side, text }, labels }: ReadSide): object {
  return { side, text, labels };
}

/** Which of a model's maps stands for its alignment, drawn from what its decoder gave. */
import type { MapId } from '../../protocol/trace.ts';
import { brokenModel, type SequenceManifest } from '../checkpoints/manifest.ts';
import type { MapOutput } from './decoder-signature.ts';
import type { MapRow } from './step.ts';

export class AlignmentMap {
  readonly id: MapId | undefined;
  /** Of a step's rows, those to take the mean of. */
  readonly #heads: readonly number[];
  readonly #shift: number;

  /** @throws Failure `broken-model` where the manifest names a map that the decoder does not give */
  constructor(manifest: Pick<SequenceManifest, 'id' | 'attention' | 'alignment'>, outputs: readonly MapOutput[], of: MapId['kind'] = 'cross') {
    const places = manifest.attention.filter(({ kind }) => kind === of);
    const [first] = places;
    const { layer, head, shift } = manifest.alignment ?? { layer: first?.layer ?? 0, head: first?.head ?? 0, shift: 0 };
    const chosen = places.filter(place => place.layer === layer && (head === 'mean' || place.head === head));
    if (chosen.length === 0) {
      if (places.length > 0) throw brokenModel(`The model ${manifest.id} names no map of layer ${layer}, head ${head}.`);
      this.id = undefined;
      this.#heads = [];
      this.#shift = 0;
      return;
    }
    this.id = { kind: of, layer, head: chosen.length === 1 ? (chosen[0]?.head ?? 0) : 'mean' };
    this.#shift = shift;
    this.#heads = chosen.map(place => {
      const row = rowOf(outputs, place.output, place.head);
      if (row === undefined) throw brokenModel(`The model ${manifest.id} has no output "${place.output}" with a head ${place.head}.`);
      return row;
    });
  }

  /**
   * One row a token. Where the map is shifted (a Transformer looks for a word once it reads it: Garg et al. 2019, section
   * 4.1), a token's row is that of the step after it, and the last token keeps its own.
   * @param length source tokens
   */
  rows(maps: readonly (readonly MapRow[])[], length: number): number[][] {
    return maps.map((own, token) => {
      const step = maps[token + this.#shift] ?? own;
      const row = new Array<number>(length).fill(0);
      for (const head of this.#heads) {
        step[head]?.forEach((weight, key) => (row[key] = (row[key] ?? 0) + weight / this.#heads.length));
      }
      return row;
    });
  }
}

/** Where a head of an output stands among a step's rows. */
function rowOf(outputs: readonly MapOutput[], name: string, head: number): number | undefined {
  let first = 0;
  for (const output of outputs) {
    if (output.name === name) return head < output.heads ? first + head : undefined;
    first += output.heads;
  }
  return undefined;
}

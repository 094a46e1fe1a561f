/** The passes that are looked at, as long as there is room for them. */
import { randomUUID } from 'node:crypto';
import type { InspectedLayer, OpenInspectionParams } from '../../protocol/inspection.ts';
import { bytesOfStates } from '../foreign/output-states.ts';
import { bytesOf, fitted, type Room, usualRoom } from './fit.ts';
import { inspectionGone } from './gone.ts';
import type { HeldLayer, HeldPass } from './held.ts';
import { withNumbersOnly } from './no-numbers.ts';
import type { Pass } from './pass.ts';

/** What is small besides its maps has tokens, alternatives and a search all the same. */
const mostPasses = 100;

export class HeldPasses {
  /** What was looked at last stands last. */
  readonly #passes = new Map<string, { readonly pass: HeldPass; readonly bytes: number }>();

  constructor(private readonly room: Room = usualRoom) {}

  /**
   * Holds a pass; those that were not looked at for the longest are forgotten for it.
   * @param asked without the image, whose bytes are apart
   */
  hold(given: Pass, asked: OpenInspectionParams, of: Pick<HeldPass, 'folder' | 'image'>): HeldPass {
    const { layers, states, ...told } = fitted(withNumbersOnly(given), this.room);
    const isRounded = layers.some(({ blocks }) => blocks.some(({ weights }) => weights instanceof Uint8Array));
    const inspection = { ...told, id: randomUUID(), asked, layers: layers.map(inspected), isRounded };
    const pass: HeldPass = { inspection, layers, states, ...of };
    const bytes = bytesOf(layers) + (of.image?.byteLength ?? 0) + (states === undefined ? 0 : bytesOfStates(states));
    this.#makeRoom(this.room.all - bytes);
    this.#passes.set(inspection.id, { pass, bytes });
    return pass;
  }

  /** @throws Failure `inspection-gone` where it is held no longer */
  get(id: string): HeldPass {
    const found = this.#passes.get(id);
    if (found === undefined) throw inspectionGone();
    this.#passes.delete(id);
    this.#passes.set(id, found);
    return found.pass;
  }

  /** One that is held. */
  find(is: (pass: HeldPass) => boolean): HeldPass | undefined {
    return [...this.#passes.values()].map(({ pass }) => pass).find(is);
  }

  close(id: string): void {
    this.#passes.delete(id);
  }

  #makeRoom(most: number): void {
    let held = 0;
    for (const { bytes } of this.#passes.values()) held += bytes;
    for (const [id, { bytes }] of this.#passes) {
      if (held <= most && this.#passes.size < mostPasses) return;
      this.#passes.delete(id);
      held -= bytes;
    }
  }
}

function inspected({ kind, layer, heads, queries, keys, values, hasArithmetic = false }: HeldLayer): InspectedLayer {
  return { kind, layer, heads, queries, keys, hasArithmetic, hasValues: values !== undefined };
}

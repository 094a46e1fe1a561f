/** Looks on while a model reads and writes one text: what an inspection is made of. */
import type { MapKind } from '../../protocol/trace.ts';
import { SearchRecord } from './search-record.ts';

/** Every head of a layer over one text, or one sentence of it. */
export interface HeadMaps {
  readonly kind: MapKind;
  readonly layer: number;
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
  /** `[head][query][key]`; bytes are in steps of 1/255. */
  readonly weights: Float32Array | Uint8Array;
}

/** The same of a model that writes. */
export interface SeenLayer extends HeadMaps {
  /** By head: whether a row is of the step that writes its token, or of the one after, which reads it. */
  readonly shifts: readonly (0 | 1)[];
}

/** How the model that is looked at spells. */
export interface WitnessedVocabulary {
  /** One token by itself. */
  readonly spell: (token: number) => string;
  /** The name of what is read first where something is written; left out, the model goes on with what it was given. */
  readonly start?: string;
}

export class WitnessedSentence {
  readonly record = new SearchRecord();
  layers: readonly SeenLayer[] = [];

  constructor(readonly vocabulary: WitnessedVocabulary) {}
}

export class Witness {
  readonly sentences: WitnessedSentence[] = [];

  /** A sentence begins to be written. */
  begin(vocabulary: WitnessedVocabulary): WitnessedSentence {
    const begun = new WitnessedSentence(vocabulary);
    this.sentences.push(begun);
    return begun;
  }
}

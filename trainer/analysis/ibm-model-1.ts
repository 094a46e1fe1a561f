/**
 * Alignment by IBM Model 1 (Brown et al. 1993, "The Mathematics of Statistical Machine Translation: Parameter Estimation",
 * section 4.2): which token of a source most likely gave each token of a target, learnt from pairs alone by counting. Trained
 * both ways; what both agree on is a link, which is right more often than either alone (Och and Ney 2003, "refined").
 */
import type { WordPair } from './alignment-error-rate.ts';

/** Two sides as token ids. */
export interface IdPair {
  readonly source: readonly number[];
  readonly target: readonly number[];
}

/** Ids are below this: a pair of them is one number. */
const mostIds = 2 ** 24;
/** The word that stands for none, on either side. */
const none = mostIds - 1;

const rounds = 5;
/** Where neither was seen together with the other. */
const unseen = 1e-9;

export class IbmModel1 {
  private constructor(
    private readonly forward: Translations,
    private readonly backward: Translations,
  ) {}

  static of(pairs: readonly IdPair[]): IbmModel1 {
    const flipped = pairs.map(({ source, target }) => ({ source: target, target: source }));
    return new IbmModel1(Translations.of(pairs), Translations.of(flipped));
  }

  /** The links that both directions draw, by positions. */
  align({ source, target }: IdPair): WordPair[] {
    const to = target.map(token => this.forward.likeliest(token, source));
    const from = source.map(token => this.backward.likeliest(token, target));
    return to.flatMap((at, position) => (at >= 0 && from[at] === position ? { source: at, target: position } : []));
  }
}

/** t(f | e): how likely a token of the source gives one of the target. */
class Translations {
  private constructor(
    private readonly places: ReadonlyMap<number, number>,
    private readonly probabilities: Float64Array,
  ) {}

  static of(pairs: readonly IdPair[]): Translations {
    const places = new Map<number, number>();
    const givers: number[] = [];
    const placeOf = (giver: number, given: number): number => {
      const key = giver * mostIds + given;
      let place = places.get(key);
      if (place === undefined) {
        place = places.size;
        places.set(key, place);
        givers.push(giver);
      }
      return place;
    };
    // For each target token of each pair, where its possible givers stand: all the sums that a round makes.
    const sums = pairs.flatMap(({ source, target }) =>
      target.map(given => Int32Array.from([...source, none], giver => placeOf(giver, given))),
    );
    let probabilities = new Float64Array(places.size).fill(1);
    for (let round = 0; round < rounds; round++) {
      const counts = new Float64Array(places.size);
      for (const sum of sums) {
        let total = 0;
        for (const place of sum) total += probabilities[place] ?? 0;
        for (const place of sum) counts[place] = (counts[place] ?? 0) + (probabilities[place] ?? 0) / total;
      }
      const totals = new Map<number, number>();
      for (const [place, giver] of givers.entries()) totals.set(giver, (totals.get(giver) ?? 0) + (counts[place] ?? 0));
      probabilities = counts.map((count, place) => count / (totals.get(givers[place] ?? none) ?? 1));
    }
    return new Translations(places, probabilities);
  }

  /** The position of the giver that most likely gave a token; -1 where it is none of them. */
  likeliest(given: number, givers: readonly number[]): number {
    let best = -1;
    let most = this.#probability(none, given);
    for (const [position, giver] of givers.entries()) {
      const probability = this.#probability(giver, given);
      if (probability > most) [best, most] = [position, probability];
    }
    return best;
  }

  #probability(giver: number, given: number): number {
    const place = this.places.get(giver * mostIds + given);
    return place === undefined ? unseen : (this.probabilities[place] ?? unseen);
  }
}

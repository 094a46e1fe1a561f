/** From the classification of an image to what is drawn over it, and to words. */
import type { ImageClassification } from '../../protocol/classification.ts';
import { evidenceSentence, percent, signed } from '../../protocol/classified-text.ts';
import { rowsOf } from '../../protocol/classified-words.ts';
import { capitalised } from '../../protocol/outcome.ts';
import { largestOf } from '../map/scale.ts';
import { encoderChoices, meanOf, pooling, poolingChoices, type MapChoice } from '../panel/map-choices.ts';
import { PatchGrid } from './patch-grid.ts';

/** What is drawn over each patch. */
export interface Overlay {
  readonly weights: readonly number[];
  /** The weight that shows at full strength. */
  readonly full: number;
  /** Weights may be below 0: for or against. */
  readonly isEvidence: boolean;
}

const mostNamed = 3;

export class ImageView {
  readonly grid: PatchGrid;
  readonly choices: readonly MapChoice[];
  readonly #classification: ImageClassification;
  /** `[query][key]` of each choice among the encoder's. */
  readonly #encoders = new Map<string, readonly Float32Array[]>();

  constructor(classification: ImageClassification) {
    this.#classification = classification;
    this.grid = new PatchGrid(classification.patches);
    this.choices = [
      ...poolingChoices(classification.maps),
      ...classification.evidence.map(({ label }, index) => ({ key: `evidence-${index}`, name: `Evidence for ${label}`, indices: [] })),
      ...encoderChoices(classification.maps),
    ];
  }

  choice(key: string): MapChoice {
    return this.choices.find(choice => choice.key === key) ?? this.choices[0] ?? pooling;
  }

  /** Whether pointing at a patch changes what is drawn: to what that patch looks at. */
  isAmongPatches({ key }: MapChoice): boolean {
    return key.startsWith('layer-');
  }

  /** @param patch the one that is pointed at */
  overlay(choice: MapChoice, patch: number | undefined): Overlay {
    const evidence = this.#evidenceOf(choice);
    if (evidence !== undefined) return { weights: evidence, full: largestOf(this.#classification.evidence.map(one => one.weights)), isEvidence: true };
    const weights = this.isAmongPatches(choice) ? this.#lookedAt(choice, patch) : this.#pooled(choice);
    return { weights, full: largestOf([weights]), isEvidence: false };
  }

  /** A patch in a sentence. */
  sentence(choice: MapChoice, patch: number): string {
    const { attention, evidence } = this.#classification;
    const name = this.grid.name(patch);
    if (this.isAmongPatches(choice)) {
      const row = this.#lookedAt(choice, patch);
      const most = row.map((weight, index) => ({ weight, index })).sort((one, other) => other.weight - one.weight).slice(0, mostNamed);
      return `${capitalised(name)} looks at ${most.map(({ weight, index }) => `${index === patch ? 'itself' : this.grid.name(index)} (${percent(weight)})`).join('; ')}.`;
    }
    const said = evidenceSentence(evidence.map(({ label, weights }) => ({ label, value: weights[patch] ?? 0 })));
    const share = choice.key.startsWith('pooling') ? (this.#pooled(choice)[patch] ?? 0) : (attention[patch] ?? 0);
    return `${capitalised(name)} got ${percent(share)} of the attention${said === '' ? '' : `; it ${said}`}.`;
  }

  /** The end of the scale of what is drawn: "12 %", or "+1.3". */
  scaleEnd({ full, isEvidence }: Overlay): string {
    return isEvidence ? signed(full) : percent(full);
  }

  #evidenceOf({ key }: MapChoice): readonly number[] | undefined {
    return key.startsWith('evidence-') ? this.#classification.evidence[Number(key.slice('evidence-'.length))]?.weights : undefined;
  }

  #pooled({ key, indices }: MapChoice): readonly number[] {
    const [only] = indices;
    return key === pooling.key || only === undefined ? this.#classification.attention : (this.#classification.weights[only] ?? []);
  }

  /** What a patch looks at, or all of them on average. */
  #lookedAt(choice: MapChoice, patch: number | undefined): readonly number[] {
    const rows = this.#encoder(choice);
    const row = patch === undefined ? undefined : rows[patch];
    if (row !== undefined) return Array.from(row);
    return Array.from(rows[0] ?? [], (_, key) => rows.reduce((sum, one) => sum + (one[key] ?? 0), 0) / rows.length);
  }

  #encoder({ key, indices }: MapChoice): readonly Float32Array[] {
    const known = this.#encoders.get(key);
    if (known !== undefined) return known;
    const { maps, weights } = this.#classification;
    const mean = meanOf(indices.map(index => rowsOf(weights[index] ?? [], maps[index]?.queries ?? 0).map(row => Float32Array.from(row))));
    this.#encoders.set(key, mean);
    return mean;
  }
}

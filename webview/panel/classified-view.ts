/** From a classification to what is drawn: which maps there are, and what each shows. */
import type { TextClassification } from '../../protocol/classification.ts';
import { classifiedWords, rowsOf } from '../../protocol/classified-words.ts';
import { wordOfTokens } from '../../protocol/words.ts';
import { noFocus, one, type IndexRange, type MapData, type MapFocus, type MapLabel } from '../map/data.ts';
import { largestOf, levelOf } from '../map/scale.ts';
import { encoderChoices, meanOf, pooling, type MapChoice } from './map-choices.ts';
import { tokenLabel, type Unit } from './view.ts';

/** What is derived from a classification, computed when first asked for. */
export class ClassifiedView {
  /** What can be drawn: the pooling with the evidence first. */
  readonly choices: readonly MapChoice[];
  readonly #classification: TextClassification;
  readonly #known = new Map<string, MapData>();
  #wordOf: readonly number[] | undefined;

  constructor(classification: TextClassification) {
    this.#classification = classification;
    this.choices = [{ ...pooling, name: 'Pooling and evidence' }, ...encoderChoices(classification.maps)];
  }

  /** The choice of that key; the pooling where there is none. */
  choice(key: string): MapChoice {
    return this.choices.find(choice => choice.key === key) ?? pooling;
  }

  map(unit: Unit, { key }: MapChoice): MapData {
    const name = `${unit} ${key}`;
    const known = this.#known.get(name) ?? (key === pooling.key ? this.#pooling(unit) : this.#encoder(unit, key));
    this.#known.set(name, known);
    return known;
  }

  /** The word that a row or column stands for, or belongs to. */
  wordOf(unit: Unit, index: number): number | undefined {
    const word = unit === 'words' ? index : (this.#wordsOfTokens()[index] ?? -1);
    return word < 0 || word >= this.#classification.source.words.length ? undefined : word;
  }

  /** Where a word stands: its columns; in a map among words its rows. */
  focus(unit: Unit, choice: MapChoice, word: number | undefined): MapFocus {
    if (word === undefined) return noFocus;
    const range = unit === 'words' ? one(word) : this.#tokensOf(word);
    return choice.key === pooling.key ? { rows: undefined, columns: range } : { rows: range, columns: undefined };
  }

  /** How strongly each word is lit, 0…10: by its attention; in a map among words by what `word` gave it. */
  levels(choice: MapChoice, word: number | undefined): readonly number[] {
    const row = choice.key === pooling.key || word === undefined ? undefined : this.map('words', choice).weights[word];
    const weights: readonly number[] = row === undefined ? classifiedWords(this.#classification).attention : Array.from(row);
    const most = Math.max(0, ...weights);
    return weights.map(weight => (most > 0 ? levelOf(weight / most) : 0));
  }

  #pooling(unit: Unit): MapData {
    const { maps, weights, evidence } = this.#classification;
    const words = classifiedWords(this.#classification);
    const heads = maps.flatMap(({ kind }, index) => (kind === 'pooling' ? [index] : []));
    const shares = heads.map(index => (unit === 'words' ? words.map(index)[0] : Float32Array.from(weights[index] ?? [])) ?? new Float32Array());
    const said = (unit === 'words' ? words.evidence : evidence).map(({ label, weights: values }) => ({ label, values: Float32Array.from(values) }));
    return {
      columns: this.#columns(unit),
      rows: [
        ...heads.map((_, head) => plain(heads.length === 1 ? 'pooling' : `head ${head + 1}`)),
        ...said.map(({ label }) => plain(`for ${label}`)),
      ],
      weights: [...shares, ...said.map(({ values }) => values)],
      full: largestOf(shares),
      evidence: { first: heads.length, full: largestOf(said.map(({ values }) => values)) },
    };
  }

  #encoder(unit: Unit, key: string): MapData {
    const { maps, weights } = this.#classification;
    const words = classifiedWords(this.#classification);
    const { indices } = this.choices.find(choice => choice.key === key) ?? { indices: [] };
    const rows = indices.map(index =>
      unit === 'words' ? words.map(index) : rowsOf(weights[index] ?? [], maps[index]?.queries ?? 0).map(row => Float32Array.from(row)));
    const mean = meanOf(rows);
    return { rows: this.#columns(unit), columns: this.#columns(unit), weights: mean, full: largestOf(mean) };
  }

  #columns(unit: Unit): MapLabel[] {
    const { text, words, tokens } = this.#classification.source;
    if (unit === 'words') return words.map(({ start, end }) => plain(text.slice(start, end)));
    return tokens.map(tokenLabel);
  }

  #tokensOf(word: number): IndexRange | undefined {
    const words = this.#wordsOfTokens();
    const first = words.indexOf(word);
    return first < 0 ? undefined : { first, end: words.lastIndexOf(word) + 1 };
  }

  #wordsOfTokens(): readonly number[] {
    const { tokens, words } = this.#classification.source;
    return (this.#wordOf ??= wordOfTokens(tokens, words));
  }
}

function plain(text: string): MapLabel {
  return { text, special: false };
}

/** A model that classifies texts: what a person selected goes in, a classification with what it looked at comes out. */
import type { TextClassification } from '../../protocol/classification.ts';
import { Failure } from '../../protocol/failure.ts';
import type { SourceSide, Token } from '../../protocol/trace.ts';
import { checkText } from '../decoding/request.ts';
import type { Helm } from '../steering/helm.ts';
import { readerKeys } from '../steering/masked-ids.ts';
import type { ScoreRequest, Scoring } from '../steering/scoring.ts';
import { readForClassifier } from '../text/classifier-reading.ts';
import { scriptProblem } from '../text/script.ts';
import { tokensOf } from '../text/token.ts';
import { wordsOfProse } from '../text/words.ts';
import { classifiedAs, rankedLabels } from './classification.ts';
import type { Looked } from './looked.ts';
import { type OpenOptions, TextClassifierModel } from './model.ts';
import type { ClassifyRequest } from './request.ts';

export class TextClassifier {
  private constructor(private readonly model: TextClassifierModel) {}

  /**
   * Loads the checkpoint in a folder.
   * @throws Failure `unknown-model`, `broken-model`, `bad-argument`
   */
  static async open(folder: string, options: OpenOptions): Promise<TextClassifier> {
    return new TextClassifier(await TextClassifierModel.open(folder, options));
  }

  get id(): string {
    return this.model.manifest.id;
  }

  /** What its passes are steered by. */
  get helm(): Helm {
    return this.model.helm;
  }

  /** @throws Failure `empty-text`, `text-too-long`, `unsupported-script`, `broken-model` */
  async classify(request: ClassifyRequest): Promise<TextClassification> {
    const { ids, source, warnings } = this.#reading(request);
    return { ...classifiedAs(this.model.manifest, await this.model.answer(ids), warnings), source };
  }

  /** Every map there is. @throws Failure as `classify` does */
  async inspect(request: ClassifyRequest): Promise<Looked> {
    const { ids, source, warnings } = this.#reading(request);
    const { logProbabilities, maps } = await this.model.look(ids);
    return { model: this.id, source, maps, labels: rankedLabels(this.model.manifest, logProbabilities), warnings };
  }

  /** @throws Failure as `classify` does */
  async scoring({ text, languageId, said }: ScoreRequest): Promise<Scoring> {
    const { ids, source } = this.#reading({ text, languageId });
    const label = said.kind === 'labelled' ? this.model.manifest.labels.indexOf(said.label) : -1;
    const score = async (given: readonly number[]): Promise<number> => (await this.model.look(given)).logProbabilities[label] ?? -Infinity;
    return { parts: [{ ids, tokens: source.tokens, first: 0, score }], mask: this.model.mask, keysOf: readerKeys, measure: 'log-probability' };
  }

  release(): Promise<void> {
    return this.model.release();
  }

  /** What is read of a text, which there is. */
  #reading(request: ClassifyRequest): { readonly ids: readonly number[]; readonly source: SourceSide; readonly warnings: readonly string[] } {
    const { text } = request;
    checkText(text, 'classify', 'classified');
    const { manifest } = this.model;
    const problem = scriptProblem(text, manifest.language);
    if (problem !== undefined) {
      throw new Failure('unsupported-script', problem, 'Select text in a language that the model knows, or choose another model.');
    }
    const { ids, tokens } = this.#read(request);
    if (ids.length === 0) throw new Failure('empty-text', 'There is nothing to classify in this text.', 'Select some words.');
    const most = manifest.limits.sourceTokens;
    const warnings =
      ids.length > most
        ? [`The text has ${ids.length} tokens; the model was trained on texts of at most ${most} and reads only so many: what comes after them counts for nothing.`]
        : [];
    const source = { text, tokens: tokens.slice(0, most), words: wordsOfProse(text, request.languageId, manifest.language) };
    const read = this.helm.mask({ ids: ids.slice(0, most), tokens: source.tokens, mask: this.model.mask, keysOf: readerKeys, first: 0, model: this.id });
    return { ids: read, source, warnings };
  }

  /** Token ids, and where each stands in the user's text; their texts are as the model reads them. */
  #read({ text, languageId }: ClassifyRequest): { ids: readonly number[]; tokens: Token[] } {
    const reading = readForClassifier(text, languageId, this.model.manifest);
    const encoded = this.model.encode(reading.text);
    return { ids: encoded.ids, tokens: tokensOf(reading, encoded, this.model.tokenizer) };
  }
}

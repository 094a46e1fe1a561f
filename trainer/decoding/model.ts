/** A translation model, loaded: from the ids of a sentence to the ids of its translation. */
import { basename } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import type { MapId } from '../../protocol/trace.ts';
import { brokenModel, type Manifest } from '../checkpoints/manifest.ts';
import { openCheckpoint, openTokenizer, type Checkpoint } from '../checkpoints/open.ts';
import { Session } from '../engine/session.ts';
import type { TextTokenizer } from '../text/tokenizer.ts';
import { Constraints, type SpecialTokens } from './constraints.ts';
import type { Hypothesis, Search, SearchOptions } from './hypothesis.ts';
import { checkSignature } from './signature.ts';
import { DecoderStep } from './step.ts';

/** The longest translation of a sentence, in tokens, whatever the sentence: a bound on a model that never ends. */
const longestTranslation = 400;

export class TranslationModel {
  private constructor(
    readonly manifest: Manifest,
    readonly tokenizer: TextTokenizer,
    readonly special: SpecialTokens,
    private readonly encoder: Session,
    private readonly decoder: Session,
  ) {}

  /**
   * Loads the checkpoint in a folder.
   * @throws Failure `unknown-model`, `broken-model`
   */
  static async open(folder: string, { threads }: { readonly threads: number }): Promise<TranslationModel> {
    const checkpoint = await openCheckpoint(folder);
    const { manifest } = checkpoint;
    const tokenizer = await openTokenizer(checkpoint);
    const { tokens } = manifest;
    const special: SpecialTokens = {
      pad: tokenizer.idOf(tokens.pad),
      start: tokenizer.idOf(tokens.start),
      end: tokenizer.idOf(tokens.end),
      slots: tokens.slots.map(slot => tokenizer.idOf(slot)),
    };
    const encoder = await openGraph(checkpoint, 'encoder', threads);
    try {
      const decoder = await openGraph(checkpoint, 'decoder', threads);
      return new TranslationModel(manifest, tokenizer, special, encoder, decoder);
    } catch (thrown) {
      await encoder.release();
      throw thrown;
    }
  }

  /** The map that a hypothesis' rows belong to. */
  get map(): MapId {
    const { kind, layer, head } = mapOf(this.manifest);
    return { kind, layer, head };
  }

  /**
   * Translates one sentence.
   * @param source token ids, the end token last
   * @param slots how many slots there are in `source`; each comes out exactly once
   * @throws Failure `broken-model` when the model computes what are no numbers; AbortError
   */
  async decode(source: readonly number[], slots: number, search: Search, options: SearchOptions = {}): Promise<Hypothesis> {
    const { Tensor } = this.encoder.runtime;
    const ids = new Tensor('int64', BigInt64Array.from(source, BigInt), [1, source.length]);
    const { memory, keys, state } = await this.encoder.run({ source: ids }, { memory: null, keys: null, state: null });
    if (memory === undefined || keys === undefined || state === undefined) throw new Error('the encoder gave no output');
    const encoded = { memory, keys, state, length: source.length };
    const { vocabulary } = this.manifest.architecture;
    const step = new DecoderStep(this.decoder, encoded, vocabulary, mapOf(this.manifest).output, search.width);
    const constraints = new Constraints(this.special, slots, longestFor(source.length));
    const hypothesis = await search.run(step, constraints, options);
    if (hypothesis.ids.length === 0 || !hypothesis.logProbs.every(Number.isFinite)) {
      throw brokenModel(`The model ${this.manifest.id} computes values that are no numbers; its weights are damaged.`);
    }
    return hypothesis;
  }

  async release(): Promise<void> {
    await this.encoder.release();
    await this.decoder.release();
  }
}

/** No translation is much more than twice as long as its source; what is, goes round in circles. */
export function longestFor(source: number): number {
  return Math.min(2 * source + 10, longestTranslation);
}

function mapOf(manifest: Manifest): Manifest['attention'][number] {
  const [map] = manifest.attention;
  if (map === undefined) throw new RangeError('a manifest names at least one map');
  return map;
}

async function openGraph({ manifest, files }: Checkpoint, which: 'encoder' | 'decoder', threads: number): Promise<Session> {
  const file = files[which];
  let session: Session;
  try {
    session = await Session.open(file, { threads, weights: files.weights });
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown;
    const weights = basename(files.weights);
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    const blamed = /external/i.test(message) ? `${files.weights} (which ${basename(file)} needs)` : file;
    throw brokenModel(`${blamed} cannot be loaded; a whole ONNX file and its ${weights} were expected. ${message.trim()}`, thrown);
  }
  const { hidden, attention, vocabulary } = manifest.architecture;
  const encoded = {
    memory: { type: 'float32', shape: [1, 'source', 2 * hidden] },
    keys: { type: 'float32', shape: [1, 'source', attention] },
  } as const;
  try {
    if (which === 'encoder') {
      checkSignature(session, file, {
        inputs: { source: { type: 'int64', shape: [1, 'source'] } },
        outputs: { ...encoded, state: { type: 'float32', shape: [1, hidden] } },
      });
    } else {
      checkSignature(session, file, {
        inputs: { previous: { type: 'int64', shape: ['beam'] }, state: { type: 'float32', shape: ['beam', hidden] }, ...encoded },
        outputs: {
          log_probs: { type: 'float32', shape: ['beam', vocabulary] },
          next_state: { type: 'float32', shape: ['beam', hidden] },
          [mapOf(manifest).output]: { type: 'float32', shape: ['beam', 'source'] },
        },
      });
    }
  } catch (thrown) {
    await session.release();
    throw thrown;
  }
  return session;
}

/** The one graph that a classifier's checkpoint holds, loaded: what it is fed and what it answers, checked. */
import type { ClassifierMap } from '../../protocol/classification.ts';
import { brokenModel, type ClassificationManifest } from '../checkpoints/manifest.ts';
import { openGraph } from '../decoding/model.ts';
import { checkSignature, type Expected } from '../decoding/signature.ts';
import { floats, type Session, type Tensor } from '../engine/session.ts';

/** What a classifier says of one text or image. */
export interface Answer {
  /** `[class]` */
  readonly logProbabilities: readonly number[];
  /** `[class][position]` */
  readonly evidence: readonly (readonly number[])[];
  /** The pooling's heads first. */
  readonly maps: readonly ClassifierMap[];
  /** `[map][query · key]` */
  readonly weights: readonly (readonly number[])[];
  /** Whether there were more maps than can be shown, and only the pooling's are here. */
  readonly isPartial: boolean;
}

/** No more numbers than these are handed on: of many long maps a window could not be drawn in any case. */
const mostWeights = 4_000_000;

/** What a graph is fed by: its one input, and how many positions there are. */
export interface ClassifierInput {
  readonly name: string;
  readonly expected: Expected;
  /** Known only of images. */
  readonly positions: number | undefined;
}

export class ClassifierGraph {
  private constructor(
    private readonly manifest: ClassificationManifest,
    readonly session: Session,
    private readonly input: ClassifierInput,
  ) {}

  /** @throws Failure `broken-model` */
  static async open(
    manifest: ClassificationManifest,
    files: { readonly classifier: string; readonly weights: string },
    input: ClassifierInput,
    threads: number,
  ): Promise<ClassifierGraph> {
    const { attention, labels, architecture, id } = manifest;
    if (labels.length !== architecture.classes) {
      throw brokenModel(`The model ${id} names ${labels.length} labels and has ${architecture.classes} outputs; as many of both were expected.`);
    }
    const session = await openGraph(files.classifier, files.weights, threads);
    try {
      const positions = input.positions ?? 'source';
      const pooling = headsOf(attention, 'attention');
      if (pooling === 0) throw brokenModel(`The model ${id} names no map of what it pools; at least one was expected.`);
      checkSignature(session, files.classifier, {
        inputs: { [input.name]: input.expected },
        outputs: {
          log_probs: { type: 'float32', shape: [1, labels.length] },
          evidence: { type: 'float32', shape: [1, labels.length, positions] },
          ...Object.fromEntries(
            [...new Set(attention.map(({ output }) => output))].map(output => {
              const shape = output === 'attention' ? [1, pooling, positions] : [1, headsOf(attention, output), positions, positions];
              return [output, { type: 'float32' as const, shape }];
            }),
          ),
        },
      });
      return new ClassifierGraph(manifest, session, input);
    } catch (thrown) {
      await session.release();
      throw thrown;
    }
  }

  /**
   * @param positions tokens or patches that there are
   * @throws Failure `broken-model` where it computes what are no numbers
   */
  async run(input: Tensor, positions: number): Promise<Answer> {
    const { attention, id } = this.manifest;
    const isPartial = attention.length * positions * positions > mostWeights;
    const places = isPartial ? attention.filter(({ output }) => output === 'attention') : attention;
    const wanted = new Set(['log_probs', 'evidence', ...places.map(({ output }) => output)]);
    const results = await this.session.run({ [this.input.name]: input }, Object.fromEntries([...wanted].map(name => [name, null])));
    const rows = (name: string, length: number): number[][] => {
      const tensor = results[name];
      const data = tensor === undefined ? new Float32Array() : floats(tensor);
      return Array.from({ length: data.length / length }, (_, row) => Array.from(data.subarray(row * length, (row + 1) * length)));
    };
    const [logProbabilities = []] = rows('log_probs', this.manifest.labels.length);
    if (logProbabilities.length === 0 || !logProbabilities.every(Number.isFinite)) {
      throw brokenModel(`The model ${id} computes values that are no numbers; its weights are damaged.`);
    }
    const maps: ClassifierMap[] = [];
    const weights: number[][] = [];
    for (const output of new Set(places.map(place => place.output))) {
      const queries = output === 'attention' ? 1 : positions;
      const heads = rows(output, queries * positions);
      for (const { layer, head } of places.filter(place => place.output === output)) {
        maps.push({ kind: output === 'attention' ? 'pooling' : 'encoder', layer, head, queries, keys: positions });
        weights.push(heads[head] ?? []);
      }
    }
    return { logProbabilities, evidence: rows('evidence', positions), maps, weights, isPartial };
  }

  async release(): Promise<void> {
    await this.session.release();
  }
}

function headsOf(attention: ClassificationManifest['attention'], output: string): number {
  return attention.filter(place => place.output === output).length;
}

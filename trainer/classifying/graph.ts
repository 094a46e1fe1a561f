/** The one graph that a classifier's checkpoint holds, loaded: what it is fed and what it answers, checked. */
import type { ClassifierMap } from '../../protocol/classification.ts';
import { brokenModel, type ClassificationManifest } from '../checkpoints/manifest.ts';
import { checkSignature, type Expected } from '../decoding/signature.ts';
import type { HeadMaps } from '../decoding/witness.ts';
import { floats, type Tensor, type Tensors } from '../engine/session.ts';
import { Helm } from '../steering/helm.ts';
import { OwnGraph } from '../steering/own-graph.ts';

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
    readonly session: OwnGraph,
    private readonly input: ClassifierInput,
    /** What its passes are steered by. */
    readonly helm: Helm,
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
    const helm = new Helm();
    const maps = attention.map(map => ({ ...map, kind: map.output === 'attention' ? ('pooling' as const) : map.kind }));
    const session = await OwnGraph.open({ graph: files.classifier, weights: files.weights, threads }, helm, maps);
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
      return new ClassifierGraph(manifest, session, input, helm);
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
    const { attention, labels } = this.manifest;
    const isPartial = attention.length * positions * positions > mostWeights;
    const places = isPartial ? attention.filter(({ output }) => output === 'attention') : attention;
    const results = await this.#results(input, ['log_probs', 'evidence', ...places.map(({ output }) => output)]);
    const rows = (name: string, length: number): number[][] => {
      const tensor = results[name];
      const data = tensor === undefined ? new Float32Array() : floats(tensor);
      return Array.from({ length: data.length / length }, (_, row) => Array.from(data.subarray(row * length, (row + 1) * length)));
    };
    const [logProbabilities = []] = rows('log_probs', labels.length);
    this.#check(logProbabilities);
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

  /**
   * Every map as it is, the pooling's last, however many there are, and the logarithms of the classes' probabilities.
   * @param positions tokens or patches that there are
   * @throws Failure `broken-model` where it computes what are no numbers
   */
  async look(input: Tensor, positions: number): Promise<{ readonly logProbabilities: readonly number[]; readonly maps: readonly HeadMaps[] }> {
    const { attention } = this.manifest;
    const results = await this.#results(input, ['log_probs', ...attention.map(({ output }) => output)]);
    const valuesOf = (name: string): Float32Array => {
      const tensor = results[name];
      return tensor === undefined ? new Float32Array() : floats(tensor);
    };
    const logProbabilities = Array.from(valuesOf('log_probs'));
    this.#check(logProbabilities);
    const layers = new Map(attention.map(place => [`${place.output} ${place.layer}`, place]));
    const maps = [...layers.values()].map(({ output, layer }): HeadMaps => {
      const isPooling = output === 'attention';
      const queries = isPooling ? 1 : positions;
      const heads = attention.filter(place => place.output === output && place.layer === layer).map(({ head }) => head).sort((one, other) => one - other);
      const size = queries * positions;
      const weights = new Float32Array(heads.length * size);
      heads.forEach((head, index) => weights.set(valuesOf(output).subarray(head * size, (head + 1) * size), index * size));
      return { kind: isPooling ? 'pooling' : 'encoder', layer, heads: heads.length, queries, keys: positions, weights };
    });
    const rank = ({ kind, layer }: HeadMaps): number => (kind === 'pooling' ? Infinity : layer);
    return { logProbabilities, maps: maps.sort((one, other) => rank(one) - rank(other)) };
  }

  async release(): Promise<void> {
    await this.session.release();
  }

  #results(input: Tensor, wanted: readonly string[]): Promise<Tensors> {
    return this.session.run({ [this.input.name]: input }, Object.fromEntries(wanted.map(name => [name, null])));
  }

  #check(logProbabilities: readonly number[]): void {
    if (logProbabilities.length > 0 && logProbabilities.every(Number.isFinite)) return;
    throw brokenModel(`The model ${this.manifest.id} computes values that are no numbers; its weights are damaged.`);
  }
}

function headsOf(attention: ClassificationManifest['attention'], output: string): number {
  return attention.filter(place => place.output === output).length;
}

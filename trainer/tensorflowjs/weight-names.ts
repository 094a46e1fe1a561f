/**
 * Which stored tensor a layer's weight is. Names differ by who wrote them:
 *
 *     dense/kernel                                   TensorFlow.js, Keras 1 and 2
 *     bidirectional/forward_lstm/lstm_cell_3/kernel  Keras 2, from TensorFlow 2.2 on
 *     sequential/dense/kernel                        Keras 3, its .h5 files
 *     layers/dense_1/vars/0                          Keras 3, its .keras files: classes counted, not names
 *     _layer_checkpoint_dependencies/lstm/cell/vars/1  Keras 2.12 to 2.15, its .keras files
 */

/** Where a layer stands in its model, or a part of a layer in it. */
export interface WeightPlace {
  /** Names of the models around it, the outermost first, and of the layer itself. */
  readonly layers: readonly string[];
  /** The same as `.keras` files count it: `functional_1`, `dense_2`; then the attributes that hold the part. */
  readonly saved: readonly string[];
  /** What parts of the layer are called in names. */
  readonly parts: readonly ((segment: string) => boolean)[];
}

/** `kernel` is number 0 of a dense layer's weights, `bias` number 1. */
export interface WeightName {
  readonly name: string;
  readonly index: number;
}

/** Folders of `.keras` files that say nothing of which weight it is. */
const silent: ReadonlySet<string> = new Set(['vars', 'layers', 'layer_checkpoint_dependencies']);

interface Stored {
  readonly name: string;
  readonly segments: readonly string[];
}

/** Tensors that may be one weight are compared with each other; more than so many are no model's. */
const mostAlike = 1000;
const mostSegments = 64;

export class WeightNames {
  /** By each segment and the last one: `dense kernel`. */
  readonly #named = new Map<string, Stored[]>();
  /** By all segments but the silent ones. */
  readonly #counted = new Map<string, string>();

  constructor(names: Iterable<string>) {
    for (const name of names) {
      const segments = name.replace(/:0$/, '').split(/[\\/]/);
      const last = segments.at(-1) ?? '';
      if (segments.length > mostSegments) continue;
      for (const segment of new Set(segments.slice(0, -1))) {
        const key = `${segment} ${last}`;
        const same = this.#named.get(key);
        if (same === undefined) this.#named.set(key, [{ name, segments }]);
        else same.push({ name, segments });
      }
      if (/^\d+$/.test(last)) this.#counted.set(segments.map(withoutUnderscore).filter(segment => !silent.has(segment)).join('/'), name);
    }
  }

  /** Names of the tensors that fit equally well, the best only; empty where there are none. */
  find({ layers, saved, parts }: WeightPlace, { name, index }: WeightName): readonly string[] {
    const own = layers.at(-1) ?? '';
    const around = layers.slice(0, -1);
    const alike = this.#named.get(`${own} ${name}`) ?? [];
    if (alike.length > mostAlike) return alike.slice(0, 2).map(each => each.name);
    const fitting = alike.flatMap(stored => {
      const before = stored.segments.slice(0, -1);
      const at = before.indexOf(own);
      if (at < 0 || !holds(before.slice(at + 1), parts)) return [];
      const models = before.slice(0, at);
      const known = around.filter(model => models.includes(model)).length;
      // The fewer segments are left unexplained, the better.
      return [{ name: stored.name, unexplained: [around.length - known, models.length - known, before.length] }];
    });
    const best = fitting.reduce<(typeof fitting)[number] | undefined>((least, each) => (least === undefined || isLess(each.unexplained, least.unexplained) ? each : least), undefined);
    if (best !== undefined) return fitting.filter(each => !isLess(best.unexplained, each.unexplained)).map(each => each.name);
    const counted = this.#counted.get([...saved, index].join('/')) ?? this.#counted.get([...layers, ...saved.slice(layers.length), index].join('/'));
    return counted === undefined ? [] : [counted];
  }
}

/** Whether there is a segment for each part, in order. */
function holds(segments: readonly string[], parts: WeightPlace['parts']): boolean {
  let from = 0;
  for (const part of parts) {
    const at = segments.findIndex((segment, index) => index >= from && part(segment));
    if (at < 0) return false;
    from = at + 1;
  }
  return true;
}

function isLess(a: readonly number[], b: readonly number[]): boolean {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

const withoutUnderscore = (segment: string): string => segment.replace(/^_+/, '');

/** What `.keras` files call the layers of a model: the class in snake case, numbered from the second of its kind on. */
export function savedNames(classes: readonly string[]): string[] {
  const counts = new Map<string, number>();
  return classes.map(className => {
    const snake = className
      .replace(/\W+/g, '')
      .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
      .replace(/([a-z])([A-Z])/g, '$1_$2')
      .toLowerCase();
    const count = counts.get(snake) ?? 0;
    counts.set(snake, count + 1);
    return count === 0 ? snake : `${snake}_${count}`;
  });
}

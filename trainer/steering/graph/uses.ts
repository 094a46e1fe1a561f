/** Who reads a layer's weights: those that weigh something with them, and those that only tell them. */
import type { Body } from '../../onnx/bodies.ts';
import type { OnnxModel, OnnxNode } from '../../onnx/model.ts';
import { type FlowValue, flowOf, type Step, crossings } from '../../taps/flow.ts';
import { isLayout, sides } from '../../taps/operators.ts';
import type { Path, TapPlace, ValueReading } from '../../taps/tap.ts';
import { outputsOf, search } from '../../taps/walk.ts';

/** A node that reads a value by its name, and the graph or function that it stands in. */
export interface Reader {
  readonly body: Body;
  readonly node: OnnxNode;
}

/** All values of a model, by where they stand. */
export class Uses {
  readonly #values: ReadonlyMap<string, readonly FlowValue[]>;

  constructor(readonly model: OnnxModel) {
    const values = new Map<string, FlowValue[]>();
    for (const value of flowOf(model).values) values.set(value.name, [...(values.get(value.name) ?? []), value]);
    this.#values = values;
  }

  find(name: string, path: Path): FlowValue | undefined {
    return this.#values.get(name)?.find(value => isSamePath(value.path, path));
  }

  bodyOf(path: Path): Body {
    const last = path.at(-1);
    if (last === undefined) return this.model.graph;
    return last.form === 'call' ? last.body : last.graph;
  }

  /**
   * Nodes that go on computing with a value. Those that only hand it to an output, in another shape or not, are none of them.
   * @returns `undefined` where it goes on outside of its graph, under another name
   */
  readersOf(value: FlowValue): readonly Reader[] | undefined {
    const readers: Reader[] = [];
    for (const use of value.uses) {
      if (isToldOnly(use)) continue;
      const inside = use.path.slice(value.path.length);
      const call = inside.findIndex(({ form }) => form === 'call');
      const node = inside[call]?.node ?? use.node;
      if (call < 0 && leavesGraph(use)) return undefined;
      readers.push({ body: this.bodyOf(use.path.slice(0, call < 0 ? pathLength(use) : value.path.length + call)), node });
    }
    return readers;
  }

  /**
   * The value that a layer is steered at: the one that is read, or the softmax's own where it goes to the values by other ways, too.
   * @returns `undefined` where neither will do
   */
  steerable({ node, path, reading }: ValuePlace): FlowValue | undefined {
    const read = this.find(reading.value, path);
    let isOnlyWay = true;
    let isSameShape = true;
    for (let at = read, steps = 0; at !== undefined && steps < 32; steps++) {
      const { producer }: FlowValue = at;
      if (producer === undefined) return undefined;
      if (producer.node === node) return isOnlyWay ? read : isSameShape ? at : undefined;
      const data: FlowValue | undefined = producer.operator === 'Where' ? producer.inputs.find(input => isComputed(input) && isFromWeights(input, node)) : producer.inputs[0];
      isOnlyWay &&= data?.uses.some(use => use !== producer && weighs(use, read)) === false;
      isSameShape &&= producer.operator !== 'Reshape';
      at = data;
    }
    return undefined;
  }
}

export interface ValuePlace extends TapPlace {
  readonly reading: ValueReading;
}

const isComputed = (value: FlowValue | undefined): value is FlowValue => value?.producer !== undefined && value.producer.operator !== 'Constant';

function isFromWeights(value: FlowValue, node: OnnxNode): boolean {
  let found = false;
  search([value], { depth: 8, values: 40 }, ({ value: at }) => {
    found ||= at.producer?.node === node;
    return at.producer === undefined || found ? [] : at.producer.inputs.filter(input => input !== undefined);
  });
  return found;
}

/** Whether a step leads to a product without passing through a value. How large something is weighs nothing. */
function weighs(step: Step, except: FlowValue | undefined): boolean {
  const onward = (one: Step): readonly FlowValue[] => (one.operator === 'Shape' || one.operator === 'Size' ? [] : outputsOf(one).filter(output => output !== except));
  let found = sides(step) !== undefined;
  search(onward(step), { depth: 12, values: 400 }, ({ value }) => {
    for (const use of value.uses) found ||= sides(use) !== undefined;
    return found ? [] : value.uses.flatMap(onward);
  });
  return found;
}

/** In another shape or name, and on to nothing. */
function isToldOnly(step: Step): boolean {
  let isTold = isLayout(step);
  search(outputsOf(step), { depth: 12, values: 400 }, ({ value }) => {
    isTold &&= value.uses.every(isLayout);
    return isTold ? value.uses.flatMap(outputsOf) : [];
  });
  return isTold;
}

const leavesGraph = ({ operator }: Step): boolean => operator === crossings.either || operator === crossings.out || operator === crossings.stacked;

/** A step into a turn stands in the turn; its node stands around it. */
const pathLength = ({ operator, path }: Step): number => (operator === crossings.carried || operator === crossings.slice ? path.length - 1 : path.length);

function isSamePath(one: Path, other: Path): boolean {
  return one.length === other.length && one.every((enclosure, index) => {
    const there = other[index];
    return there?.node === enclosure.node && there.form === enclosure.form && (!('attribute' in enclosure) || !('attribute' in there) || enclosure.attribute === there.attribute);
  });
}

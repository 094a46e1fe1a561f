/** Brings weights from where they are computed out to the main graph, through branches, turns and calls. */
import type { Body } from '../onnx/bodies.ts';
import type { Edits } from '../onnx/edits.ts';
import type { OnnxModel, OnnxNode } from '../onnx/model.ts';
import { raise, raiseFromCall } from '../onnx/raise.ts';
import { Appender } from './appender.ts';
import { askedOf } from './from-operator.ts';
import { qualified } from './flow.ts';
import { normalised } from './normalise.ts';
import { shadowOf } from './shadows.ts';
import type { Enclosure, TapPlace } from './tap.ts';

/** A graph or function, and what is known of it. */
interface Stand {
  readonly body: Body;
  /** Version of ONNX's own operator set there. */
  readonly opset: number;
  /** How many enclosures lead there. */
  readonly depth: number;
}

export class Carrier {
  /** What has been added already, by body and what it is of: a function is one, however often it is called. */
  readonly #added = new Map<Body, Map<string | OnnxNode, string>>();
  readonly #raised = new Map<OnnxNode, Map<string, string>>();
  #count = 0;

  constructor(
    readonly model: OnnxModel,
    readonly edits: Edits,
    /** Of all new names. */
    readonly prefix: string,
  ) {}

  /** What adds nodes to the main graph. */
  get main(): Appender {
    return this.#appender(this.#stand);
  }

  /** The weights in the main graph. @returns their name: `[batch, head, query, key]`, float32 */
  bring(places: readonly TapPlace[]): string {
    return this.#bring(places, this.#stand);
  }

  get #stand(): Stand {
    return { body: this.model.graph, opset: this.model.opsets.get('') ?? 1, depth: 0 };
  }

  #appender({ body, opset }: Stand): Appender {
    return new Appender(this.edits.of(body), opset, `${this.prefix}/${this.#count++}`);
  }

  /** @param places of one tap; the paths of all of them lead to `stand` */
  #bring(places: readonly TapPlace[], stand: Stand): string {
    const here = places.find(({ path }) => path.length === stand.depth);
    if (here !== undefined) {
      const key = here.reading.from === 'value' ? here.reading.value : here.node;
      return this.#once(stand.body, key, () => read(here, this.#appender(stand)));
    }
    const enclosure = places[0]?.path[stand.depth];
    if (enclosure === undefined) throw new RangeError('a tap stands nowhere');
    return enclosure.form === 'call' ? this.#fromCall(places, enclosure, stand) : this.#fromGraphs(places, enclosure, stand);
  }

  #fromCall(places: readonly TapPlace[], { node, body: called }: Enclosure & { readonly form: 'call' }, stand: Stand): string {
    const value = this.#bring(places, { body: called, opset: called.opsets.get('') ?? stand.opset, depth: stand.depth + 1 });
    return this.#onceRaised(node, value, () => {
      const output = this.#appender(stand).name('called');
      raiseFromCall(this.edits, this.model, { body: stand.body, node }, called, { value, output });
      return output;
    });
  }

  #fromGraphs(places: readonly TapPlace[], { form, node }: Exclude<Enclosure, { readonly form: 'call' }>, stand: Stand): string {
    const values = new Map<string, string>();
    for (const [name, attribute] of node.attributes) {
      if (attribute.kind !== 'graph') continue;
      const inside: Stand = { body: attribute.value, opset: stand.opset, depth: stand.depth + 1 };
      const own = places.filter(({ path }) => isWithin(path[stand.depth], name));
      // A branch without attention gives an empty map.
      values.set(name, own.length > 0 ? this.#bring(own, inside) : this.#once(inside.body, '', () => this.#appender(inside).nothing(4)));
    }
    return this.#onceRaised(node, [...values.values()].join('\n'), () => {
      const to = this.#appender(stand);
      const output = to.name('raised');
      raise(this.edits, { body: stand.body, node }, values, output);
      if (form !== 'turns') return output;
      // The turns are what is queried, one after another: [turn, batch, head, query, key].
      const turned = to.transpose(output, [1, 2, 0, 3, 4]);
      return to.reshape(turned, [0, 0, -1], [4]);
    });
  }

  #once(body: Body, key: string | OnnxNode, make: () => string): string {
    const known = this.#added.get(body) ?? new Map<string | OnnxNode, string>();
    this.#added.set(body, known);
    const value = known.get(key) ?? make();
    known.set(key, value);
    return value;
  }

  #onceRaised(node: OnnxNode, key: string, make: () => string): string {
    const known = this.#raised.get(node) ?? new Map<string, string>();
    this.#raised.set(node, known);
    const value = known.get(key) ?? make();
    known.set(key, value);
    return value;
  }
}

function read({ node, reading }: TapPlace, to: Appender): string {
  switch (reading.from) {
    case 'value':
      return normalised(to, reading);
    case 'shadow':
      return shadowOf(to, node, reading);
    case 'operator':
      return askedOf(to, qualified(node.domain, node.operator), node, reading);
  }
}

const isWithin = (enclosure: Enclosure | undefined, attribute: string): boolean =>
  enclosure !== undefined && enclosure.form !== 'call' && enclosure.attribute === attribute;

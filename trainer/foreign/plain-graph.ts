/** Any graph, fed with numbers by the names of its inputs. */
import type { Tensors } from '../engine/session.ts';
import { type Attention, chooseLayers, type LayerInfo, type Wanted } from './attention.ts';
import { checkFeeds } from './json-input.ts';
import { namesOf, stateOutputs, statesIn } from './output-states.ts';
import type { TappedGraph } from './tapped-graph.ts';

export class PlainGraph {
  constructor(
    readonly id: string,
    readonly graph: TappedGraph,
  ) {}

  get layers(): readonly LayerInfo[] {
    return this.graph.layers;
  }

  /**
   * What it looks at. Where it is fed several texts at once, the maps of all are told as heads of one.
   * @param feeds tensors by the inputs' names
   * @throws Failure `bad-argument` where they are not what the graph declares, or there is no such layer; `broken-model`
   */
  async attend(feeds: Tensors, wanted: Wanted): Promise<Attention> {
    checkFeeds(feeds, this.graph.source.inputs);
    const layers = chooseLayers(wanted, this.layers, this.id);
    const { outputs } = this.graph.source;
    const stated = stateOutputs(outputs, this.layers.every(({ kind }) => kind === 'decoder'));
    const names = layers.length > 0 || namesOf(stated).length > 0 ? namesOf(stated) : outputs.slice(0, 1).map(({ name }) => name);
    const { maps, tensors } = await this.graph.run(feeds, names, layers);
    return { model: this.id, maps: maps[0] ?? [], states: statesIn(tensors, stated), layers: this.layers, warnings: [] };
  }

  release(): Promise<void> {
    return this.graph.release();
  }
}

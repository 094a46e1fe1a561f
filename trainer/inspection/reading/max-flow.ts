export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly capacity: number;
}

/** What rounding leaves of a capacity is none. */
const least = 1e-9;

/** A network in which the maximum flow from one node to another is found (Dinic 1970): by shortest ways, until none is left. */
export class FlowNetwork {
  /** The arcs of node n are `#starts[n]` … `#starts[n + 1] - 1`: its edges, and the ways back of those that come in. */
  readonly #starts: Int32Array;
  readonly #to: Int32Array;
  /** The arc the other way. */
  readonly #back: Int32Array;
  readonly #capacities: Float64Array;
  /** What is left of each arc's capacity. */
  readonly #left: Float64Array;
  /** How far nodes are from the source; -1: not reached, or nothing goes on from there. */
  readonly #levels: Int32Array;
  /** Nodes yet to be looked at, and later the arcs of the way that is tried. */
  readonly #trail: Int32Array;
  /** The arc of each node that is tried next. */
  readonly #next: Int32Array;

  constructor(private readonly nodes: number, edges: readonly Edge[]) {
    const starts = (this.#starts = new Int32Array(nodes + 1));
    for (const { from, to } of edges) for (const node of [from, to]) starts[node + 1] = (starts[node + 1] ?? 0) + 1;
    for (let node = 0; node < nodes; node++) starts[node + 1] = (starts[node + 1] ?? 0) + (starts[node] ?? 0);
    [this.#to, this.#back] = [new Int32Array(2 * edges.length), new Int32Array(2 * edges.length)];
    [this.#capacities, this.#left] = [new Float64Array(2 * edges.length), new Float64Array(2 * edges.length)];
    [this.#levels, this.#trail] = [new Int32Array(nodes), new Int32Array(nodes)];
    this.#next = starts.slice(0, nodes);
    for (const { from, to, capacity } of edges) {
      const [there, back] = [this.#takeArc(from), this.#takeArc(to)];
      [this.#to[there], this.#to[back]] = [to, from];
      [this.#back[there], this.#back[back]] = [back, there];
      this.#capacities[there] = capacity;
    }
  }

  #takeArc(node: number): number {
    const arc = this.#next[node] ?? 0;
    this.#next[node] = arc + 1;
    return arc;
  }

  /** How much can flow from `source` to `sink`, another node. */
  maxFlow(source: number, sink: number): number {
    this.#left.set(this.#capacities);
    const bound = Math.min(this.#sum(source, arc => arc), this.#sum(sink, arc => this.#back[arc] ?? 0)) - least;
    let flow = 0;
    while (flow < bound && this.#reaches(source, sink)) flow += this.#fill(source, sink);
    return flow;
  }

  /** Of the capacities of what `arcOf` makes of a node's arcs. */
  #sum(node: number, arcOf: (arc: number) => number): number {
    let sum = 0;
    for (let arc = this.#starts[node] ?? 0; arc < (this.#starts[node + 1] ?? 0); arc++) sum += this.#capacities[arcOf(arc)] ?? 0;
    return sum;
  }

  /** Numbers nodes by their distance from the source, as far as there is capacity left. */
  #reaches(source: number, sink: number): boolean {
    const [starts, to, left, levels, queue] = [this.#starts, this.#to, this.#left, this.#levels, this.#trail];
    levels.fill(-1);
    levels[source] = 0;
    queue[0] = source;
    for (let read = 0, written = 1; read < written && levels[sink] === -1; read++) {
      const node = queue[read] ?? 0;
      const end = starts[node + 1] ?? 0;
      for (let arc = starts[node] ?? 0; arc < end; arc++) {
        const neighbour = to[arc] ?? 0;
        if (levels[neighbour] !== -1 || (left[arc] ?? 0) < least) continue;
        levels[neighbour] = (levels[node] ?? 0) + 1;
        queue[written++] = neighbour;
      }
    }
    return levels[sink] !== -1;
  }

  /** Sends what goes along shortest ways, until each has an arc that is full. */
  #fill(source: number, sink: number): number {
    const [starts, to, back, left, levels, way, next] = [this.#starts, this.#to, this.#back, this.#left, this.#levels, this.#trail, this.#next];
    next.set(starts.subarray(0, this.nodes));
    let flow = 0;
    for (let node = source, length = 0; ; ) {
      if (node === sink) {
        const full = this.#send(way.subarray(0, length));
        flow += full.sent;
        length = full.at;
        node = to[back[way[length] ?? 0] ?? 0] ?? 0;
        continue;
      }
      const end = starts[node + 1] ?? 0;
      const level = (levels[node] ?? 0) + 1;
      let arc = next[node] ?? 0;
      while (arc < end && ((left[arc] ?? 0) < least || levels[to[arc] ?? 0] !== level)) arc++;
      next[node] = arc;
      if (arc < end) {
        way[length++] = arc;
        node = to[arc] ?? 0;
      } else if (node === source) {
        return flow;
      } else {
        levels[node] = -1;
        node = to[back[way[--length] ?? 0] ?? 0] ?? 0;
      }
    }
  }

  /** Sends as much along a way as it has room for. @returns how much, and which of its arcs is the first that is full */
  #send(way: Int32Array): { sent: number; at: number } {
    const [back, left] = [this.#back, this.#left];
    const sent = way.reduce((room, arc) => Math.min(room, left[arc] ?? 0), Infinity);
    for (const arc of way) {
      const other = back[arc] ?? 0;
      left[arc] = (left[arc] ?? 0) - sent;
      left[other] = (left[other] ?? 0) + sent;
    }
    return { sent, at: way.findIndex(arc => (left[arc] ?? 0) < least) };
  }
}

/** How much of a file's structure is taken in. Real models stay far below; a made-up file must not eat the machine. */
export const most = {
  /** Of all graphs and functions together. */
  nodes: 250_000,
  attributes: 1_000_000,
  tensors: 250_000,
  ports: 500_000,
  functions: 20_000,
  operatorSets: 1_000,
  /** Fields of any message, those that are passed over included. */
  fields: 20_000_000,
  /** Graphs inside graphs. */
  depth: 32,
  /** Stretches of the file that a graph, or the values of a tensor, lie in. */
  stretches: 10_000,
  dimensions: 64,
  /** Inputs and outputs of one node. */
  nodePorts: 65_536,
  /** Bytes of one name. */
  name: 65_536,
  /** Bytes of all names that differ, and of texts in attributes. */
  names: 128 << 20,
  /** Numbers in lists of attributes. */
  numbers: 16 << 20,
  /** Bytes of metadata and documentation in all. */
  metadata: 32 << 20,
  /** Bytes of one entry of metadata, or of the documentation. */
  text: 1 << 20,
  /** Numbers or bytes of one attribute; what is longer stays in the file. */
  attribute: 65_536,
} as const;

/** What is counted over a whole file. */
export type Counted = 'nodes' | 'attributes' | 'tensors' | 'ports' | 'functions' | 'operatorSets' | 'fields' | 'names' | 'numbers' | 'metadata';

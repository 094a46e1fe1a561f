/** What edits add to a model, a graph or a function, as the fields that stand at its end. */
import type { BodyEdits } from './edits.ts';
import { type NewNode, writeMessage, writeNode, writePort, writeTensor, writeText } from './messages.ts';
import { type Part, written } from './parts.ts';

/** Fields of nodes: 1 of `GraphProto`, 7 of `FunctionProto`. */
export type NodeField = 1 | 7;

/** Nodes, as fields of what they stand in. */
export function nodeFields(nodes: readonly NewNode[], field: NodeField): Part[] {
  return written(writer => {
    for (const node of nodes) writeMessage(writer, field, inner => writeNode(inner, node));
  });
}

export function addedToGraph({ nodes, initializers, inputs, outputs, values }: BodyEdits): Part[] {
  const others = written(writer => {
    for (const tensor of initializers) writeMessage(writer, 5, inner => writeTensor(inner, tensor));
    for (const [field, ports] of [[11, inputs], [12, outputs], [13, values]] as const) {
      for (const port of ports) writeMessage(writer, field, inner => writePort(inner, port));
    }
  });
  return [...nodeFields(nodes, 1), ...others];
}

export function addedToFunction({ nodes, initializers, outputs }: BodyEdits): Part[] {
  const constants = initializers.map((tensor): NewNode => ({ name: tensor.name, operator: 'Constant', inputs: [], outputs: [tensor.name], attributes: { value: { tensor } } }));
  const names = written(writer => {
    for (const { name } of outputs) writeText(writer, 5, name);
  });
  return [...nodeFields([...constants, ...nodes], 7), ...names];
}

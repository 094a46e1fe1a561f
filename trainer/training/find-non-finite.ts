/** Where numbers first stopped being numbers: what a diverged training tells its user. */
import type { Tensor } from 'onnxruntime-node';
import type { Runtime } from '../engine/runtime.ts';
import type { Graph, Node } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';
import { writeOnnx } from '../graph/write.ts';

/** Values looked at in one run: all at once could need more memory than training itself does. */
const atOnce = 64;

/**
 * The first tensor, in the order of computation, that holds an infinity or no number.
 * @param graph one that nobody else uses: outputs are added to it
 * @param feeds every input of the graph by name
 * @returns a sentence part, such as "parameter decoder.input first held NaN", or nothing where all is finite
 */
export async function findNonFinite(
  runtime: Runtime,
  graph: Graph,
  loss: Value,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<string | undefined> {
  for (const { name } of graph.inputs) {
    const wrong = wrongNumber(feeds[name]);
    if (wrong !== undefined) return `parameter ${name} held ${wrong}`;
  }
  const nodes = graph.nodes.filter(({ outputs }) => outputs[0]?.type === 'float32');
  for (let first = 0; first < nodes.length; first += atOnce) {
    const group = nodes.slice(first, first + atOnce);
    graph.outputs.splice(0, graph.outputs.length, ...group.flatMap(({ outputs }) => outputs.slice(0, 1)), loss);
    const wanted = [...new Set(graph.outputs)];
    graph.outputs.splice(0, graph.outputs.length, ...wanted);
    const session = await runtime.InferenceSession.create(writeOnnx(graph), { graphOptimizationLevel: 'disabled', logSeverityLevel: 4 });
    try {
      const results = await session.run({ ...feeds });
      for (const node of group) {
        const [output] = node.outputs;
        const wrong = output === undefined ? undefined : wrongNumber(results[output.name]);
        if (wrong !== undefined) return `${describe(node, graph)} first gave ${wrong}`;
      }
    } finally {
      await session.release();
    }
  }
  return undefined;
}

function wrongNumber(tensor: Tensor | undefined): string | undefined {
  if (!(tensor?.data instanceof Float32Array)) return undefined;
  return tensor.data.find(value => !Number.isFinite(value))?.toString();
}

/** A node by its operator and the parameters that lead to it, which a reader of the config knows. */
function describe(node: Node, graph: Graph): string {
  const named = new Set(graph.inputs);
  const near = [node, ...node.inputs.flatMap(input => (input === undefined ? [] : (graph.producers.get(input) ?? [])))]
    .flatMap(({ inputs }) => inputs)
    .filter((input): input is Value => input !== undefined && named.has(input));
  const parameters = [...new Set(near.map(({ name }) => name))];
  return `${node.operator} (${node.outputs[0]?.name ?? ''}${parameters.length === 0 ? '' : `, of ${parameters.join(', ')}`})`;
}

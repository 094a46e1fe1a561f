/** Folders of models as others lay them out: tiny ones of transformers' (test/torch/architectures.py), with a vocabulary of numbers. */
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fixtureFolder, readReference } from '../architectures/reference.fixture.ts';
import { type Graph } from '../graph/graph.ts';
import { messageOf } from '../graph/write.ts';
import type { NewGraph, NewNode } from '../onnx/messages.ts';
import { modelBytes } from '../onnx/model.fixture.ts';
import { writeOnnx } from '../graph/write.ts';

/** How many words the models know: "w0" to "w39". */
const words = 40;

/** As a text, with these ids as its tokens. */
export const textOf = (ids: readonly number[]): string => ids.map(id => `w${id}`).join(' ');

interface FolderOptions {
  /** Over what config.json says. */
  readonly config?: object;
  readonly chatTemplate?: string;
  readonly generation?: object;
  /** Whether the last of a text is an end token, as of models that read one text to write another. */
  readonly end?: number;
}

/** The folder of a model of transformers', its weights alone, with a tokenizer. */
export async function writeFolder(to: string, name: string, { config, chatTemplate, generation, end }: FolderOptions = {}): Promise<void> {
  await cp(fixtureFolder(name), to, { recursive: true });
  await rm(join(to, 'expected.safetensors'));
  if (config !== undefined) {
    const own: object = (await readReference(name)).config.json;
    await writeFile(join(to, 'config.json'), JSON.stringify({ ...own, ...config }));
  }
  if (generation !== undefined) await writeFile(join(to, 'generation_config.json'), JSON.stringify(generation));
  const vocab = Object.fromEntries(Array.from({ length: words }, (_, id) => [`w${id}`, id]));
  const added = end === undefined ? [] : [{ id: end, content: `w${end}`, special: true, normalized: false, single_word: false, lstrip: false, rstrip: false }];
  const around = end === undefined ? null : { type: 'TemplateProcessing', single: [{ Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: `w${end}`, type_id: 0 } }], special_tokens: { [`w${end}`]: { id: `w${end}`, ids: [end], tokens: [`w${end}`] } } };
  const tokenizer = {
    version: '1.0', added_tokens: added, normalizer: null, pre_tokenizer: { type: 'WhitespaceSplit' }, post_processor: around, decoder: null,
    model: { type: 'WordLevel', vocab, unk_token: 'w0' },
  };
  await writeFile(join(to, 'tokenizer.json'), JSON.stringify(tokenizer));
  await writeFile(join(to, 'tokenizer_config.json'), JSON.stringify(chatTemplate === undefined ? {} : { chat_template: chatTemplate }));
}

/** Writes the graphs that are built over a folder's weights as an exporter would have: into `onnx/`, the weights beside them. */
export async function exportFolder(folder: string, name: string, as: 'apart' | 'merged' = 'apart'): Promise<void> {
  const { model: { graphs } } = await readReference(name);
  const to = join(folder, 'onnx');
  await mkdir(to);
  await cp(join(folder, 'model.safetensors'), join(to, 'model.safetensors'));
  await rm(join(folder, 'model.safetensors'));
  const { decoder_model: first, decoder_with_past_model: next, ...others } = graphs;
  if (as === 'merged' && first !== undefined && next !== undefined) {
    await writeFile(join(to, 'decoder_model_merged.onnx'), modelBytes({ graph: merged(first, next), opsets: { '': 18, 'com.microsoft': 1 } }));
    for (const [role, graph] of Object.entries(others)) await writeFile(join(to, `${role}.onnx`), writeOnnx(graph));
    return;
  }
  for (const [role, graph] of Object.entries(graphs)) await writeFile(join(to, `${role}.onnx`), writeOnnx(graph));
}

/** Both decoders as one, as Optimum merges them: an `If` on whether there is a past. */
function merged(first: Graph, next: Graph): NewGraph {
  const [begin, goOn] = [messageOf(first), messageOf(next)];
  const inputs = [...new Map([...(goOn.inputs ?? []), ...(begin.inputs ?? [])].map(port => [port.name, port])).values()];
  const outputs = begin.outputs.map(({ name }) => name);
  const given = new Set(inputs.map(({ name }) => name));
  const choice: NewNode = {
    name: 'optimum::if',
    operator: 'If',
    inputs: ['use_cache_branch'],
    outputs,
    attributes: { then_branch: { graph: branch(goOn, 'then', outputs, given) }, else_branch: { graph: branch(begin, 'else', outputs, given) } },
  };
  return {
    name: 'merged',
    nodes: [choice],
    inputs: [...inputs, { name: 'use_cache_branch', dtype: 'bool', shape: [1] }],
    outputs: outputs.map(name => begin.outputs.find(port => port.name === name) ?? { name }).map(({ name, dtype }) => ({ name, dtype })),
  };
}

/** A graph that takes what the one around it is given; what it does not compute it passes on. */
function branch(graph: NewGraph, prefix: string, outputs: readonly string[], given: ReadonlySet<string>): NewGraph {
  const named = (name: string): string => (name === '' || given.has(name) ? name : `${prefix}/${name}`);
  const own = new Set(graph.outputs.map(({ name }) => name));
  const passed = outputs.filter(name => !own.has(name));
  return {
    name: prefix,
    nodes: [
      ...graph.nodes.map(node => ({ ...node, name: named(node.name ?? ''), inputs: node.inputs.map(named), outputs: node.outputs.map(named) })),
      ...passed.map(name => ({ operator: 'Identity', inputs: [name.replace('present', 'past_key_values')], outputs: [named(name)] })),
    ],
    initializers: (graph.initializers ?? []).map(tensor => ({ ...tensor, name: named(tensor.name) })),
    outputs: outputs.map(name => ({ name: named(name) })),
  };
}

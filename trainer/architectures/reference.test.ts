/** What we build over someone's weights computes what transformers computes with them, attention included. */
import { describe, expect, test } from 'vitest';
import type { Graph } from '../graph/graph.ts';
import type { GraphRole } from './architecture.ts';
import { attentionsOf, cut, difference, loadBuilt, type Numbers, readReference, type Reference, references } from './reference.fixture.ts';

const close = 1e-4;

type Named = ReadonlyMap<string, Numbers>;

test.each(references)('%s', async name => {
  const reference = await readReference(name);
  expect(under(reference.expected, 'attention.').length).toBeGreaterThan(0);
  if (reference.model.graphs.encoder_model === undefined) await expectModel(reference);
  else await expectTranslator(reference);
});

async function expectModel(reference: Reference): Promise<void> {
  const { model, expected } = reference;
  const graph = graphOf(reference, 'model');
  const feeds = inputsOf(expected);
  const results = await (await loadBuilt(graph, model))(feeds);
  const mask = feeds['attention_mask'];
  for (const [output, numbers] of under(expected, 'output.')) {
    const perToken = mask !== undefined && numbers.shape[1] === mask.shape[1];
    expectClose(output, results.get(output), numbers, perToken ? { mask, axis: 1 } : undefined);
  }
  const maps = under(expected, 'attention.');
  expect([...attentionsOf(graph).keys()].sort()).toEqual(maps.map(([layer]) => layer).sort());
  for (const [layer, numbers] of maps) expectClose(layer, attention(graph, results, layer), numbers, mask === undefined ? mask : { mask, axis: 2 });
}

async function expectTranslator(reference: Reference): Promise<void> {
  const { model, expected } = reference;
  const [encoder, decoder] = [graphOf(reference, 'encoder_model'), graphOf(reference, 'decoder_model')];
  const { input_ids, attention_mask: mask, decoder_input_ids: target } = inputsOf(expected);
  if (input_ids === undefined || mask === undefined || target === undefined) throw new Error('a translator is given two texts');
  const encoded = await (await loadBuilt(encoder, model))({ input_ids, attention_mask: mask });
  const states = given(encoded, 'last_hidden_state');
  expectClose('states', states, given(expected, 'output.last_hidden_state'), { mask, axis: 1 });
  for (const [layer, numbers] of under(expected, 'attention.encoder.')) {
    expectClose(`encoder ${layer}`, attention(encoder, encoded, `encoder.${layer}`), numbers, { mask, axis: 2 });
  }
  const said = { encoder_hidden_states: states, encoder_attention_mask: mask };
  const decode = await loadBuilt(decoder, model);
  expectStep(decoder, await decode({ input_ids: target, ...said }), expected, 0, target.shape[1] ?? 0);
  // The last two tokens one by one, after what came before.
  const until = (target.shape[1] ?? 0) - 2;
  await expectSteps(reference, await decode({ input_ids: cut(target, 1, 0, until), ...said }), target, mask, until);
}

async function expectSteps(reference: Reference, first: Named, target: Numbers, mask: Numbers, from: number): Promise<void> {
  const graph = graphOf(reference, 'decoder_with_past_model');
  const step = await loadBuilt(graph, reference.model);
  let past = pastOf(first);
  for (let at = from; at < (target.shape[1] ?? 0); at++) {
    const results = await step({ input_ids: cut(target, 1, at, at + 1), encoder_attention_mask: mask, ...past });
    expectStep(graph, results, reference.expected, at, at + 1);
    past = { ...past, ...pastOf(results) };
  }
}

/** Tokens `from … to - 1` of a decoder. */
function expectStep(graph: Graph, results: Named, expected: Named, from: number, to: number): void {
  expectClose(`logits at ${from}`, results.get('logits'), cut(given(expected, 'output.logits'), 1, from, to));
  for (const [layer, numbers] of under(expected, 'attention.')) {
    if (layer.startsWith('encoder')) continue;
    const rows = cut(numbers, 2, from, to);
    expectClose(`${layer} at ${from}`, attention(graph, results, layer), layer.startsWith('cross') ? rows : cut(rows, 3, 0, to));
  }
}

describe('in two runs, the second given what the first remembers', () => {
  test.each(['gpt2', 'gpt2-by-layer', 'llama', 'mistral-window', 'qwen3'])('%s', async name => {
    const reference = await readReference(name);
    const { model, expected } = reference;
    const graph = graphOf(reference, 'model');
    const run = await loadBuilt(graph, model);
    const { input_ids: ids, attention_mask: mask, position_ids: positions } = inputsOf(expected);
    if (ids === undefined || mask === undefined || positions === undefined) throw new Error('a decoder is given ids, a mask and positions');
    const [until, length] = [5, ids.shape[1] ?? 0];
    const before = await run({ input_ids: cut(ids, 1, 0, until), attention_mask: cut(mask, 1, 0, until), position_ids: cut(positions, 1, 0, until) });
    const rest = { input_ids: cut(ids, 1, until, length), attention_mask: mask, position_ids: cut(positions, 1, until, length) };
    expectStep(graph, await run({ ...rest, ...pastOf(before) }), expected, until, length);
  });
});

function graphOf({ model }: Reference, role: GraphRole): Graph {
  const graph = model.graphs[role];
  if (graph === undefined) throw new Error(`no graph is called ${role}`);
  return graph;
}

function given(tensors: Named, name: string): Numbers {
  const found = tensors.get(name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

function attention(graph: Graph, results: Named, layer: string): Numbers | undefined {
  return results.get(attentionsOf(graph).get(layer) ?? '');
}

/** Everything under a prefix, by the rest of its name. */
function under(tensors: Named, prefix: string): [string, Numbers][] {
  return [...tensors].flatMap(([name, numbers]): [string, Numbers][] => (name.startsWith(prefix) ? [[name.slice(prefix.length), numbers]] : []));
}

const inputsOf = (expected: Named): Record<string, Numbers> => Object.fromEntries(under(expected, 'input.'));

/** What a run gave for the next one, as that takes it. */
const pastOf = (results: Named): Record<string, Numbers> =>
  Object.fromEntries(under(results, 'present.').map(([name, numbers]) => [`past_key_values.${name}`, numbers]));

/** Which of a text's places along an axis are no padding: those alone are of interest. */
interface Places {
  /** `[text, place]` */
  readonly mask: Numbers;
  readonly axis: number;
}

function expectClose(name: string, found: Numbers | undefined, expected: Numbers, places?: Places): void {
  expect(found?.shape, name).toEqual(expected.shape);
  if (found === undefined) return;
  for (let text = 0; text < (expected.shape[0] ?? 0); text++) {
    expect(difference(textOf(found, text, places), textOf(expected, text, places)), `${name} of text ${text}`).toBeLessThanOrEqual(close);
  }
}

function textOf(numbers: Numbers, text: number, places: Places | undefined): Numbers {
  const row = cut(numbers, 0, text, text + 1);
  if (places === undefined) return row;
  const seen = [...cut(places.mask, 0, text, text + 1).data].flatMap((one, place) => (one === 1n ? [place] : []));
  return cut(row, places.axis, seen[0] ?? 0, (seen.at(-1) ?? -1) + 1);
}

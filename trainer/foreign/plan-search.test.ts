/** A decoder inside of an operator that searches by itself is taken out, and writes what it writes alone. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readReference } from '../architectures/reference.fixture.ts';
import { messageOf } from '../graph/write.ts';
import { modelBytes } from '../onnx/model.fixture.ts';
import { facetOf } from './facets.ts';
import { writeFolder } from './folders.fixture.ts';
import { inspectCheckpoint } from './inspect.ts';
import { openForeign } from './open.ts';

test.each(['BeamSearch', 'GreedySearch'])('the decoder in a %s', async operator => {
  const folder = await mkdtemp(join(tmpdir(), 'search-'));
  try {
    await writeFolder(join(folder, 'plain'), 'llama', { generation: { eos_token_id: 39 } });
    await writeFolder(join(folder, 'wrapped'), 'llama');
    await rm(join(folder, 'wrapped', 'config.json'));
    const graph = (await readReference('llama')).model.graphs.model;
    if (graph === undefined) throw new Error('a Llama is one graph');
    const search = { name: 'search', operator, domain: 'com.microsoft', inputs: ['input_ids', 'max_length'], outputs: ['sequences'], attributes: { decoder: { graph: messageOf(graph) }, eos_token_id: 39 } };
    const wrapped = { name: 'wrapped', nodes: [search], inputs: [{ name: 'input_ids', dtype: 'int32', shape: ['batch', 'length'] }, { name: 'max_length', dtype: 'int32', shape: [1] }], outputs: [{ name: 'sequences', dtype: 'int32' }] } as const;
    const file = join(folder, 'wrapped', 'search.onnx');
    await writeFile(file, modelBytes({ graph: wrapped, opsets: { '': 18, 'com.microsoft': 1 } }));

    const summary = await inspectCheckpoint(file);
    expect(summary.taps.map(({ name, heads }) => [name, heads])).toEqual([['decoder.0', 4], ['decoder.1', 4]]);
    expect(summary.tasks).toEqual(['language-modelling', 'attention']);
    expect(summary.warnings).toEqual([expect.stringMatching(/here its decoder is run step by step, and the search is ours/)]);

    const request = { text: 'w5 w6 w7', length: 5 };
    const alone = await openForeign(join(folder, 'plain'), { threads: 1, whenLarge: { do: 'refuse' } });
    const inside = await openForeign(file, { threads: 1, whenLarge: { do: 'refuse' } });
    const [one, other] = [await facetOf(alone, 'continuer').continue(request), await facetOf(inside, 'continuer').continue(request)];
    expect(other.target).toEqual(one.target);
    expect(other.rows).toEqual(one.rows);
    await alone.release();
    await inside.release();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 120_000);

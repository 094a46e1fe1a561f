/** A trace file: nothing is run, the attention that a program wrote down is there to be looked at. */
import { basename, resolve } from 'node:path';
import { readTrace } from '../formats/trace-file.ts';
import { type Attention, chooseLayers, textAttention, type Wanted } from './attention.ts';
import { isSameLayer } from './layer-maps.ts';
import type { Plan } from './plan.ts';

/**
 * What a trace file holds, as of a model that was asked; of the maps those that are wanted.
 * @throws Failure `no-such-file`, `broken-model`; `bad-argument` where there is no such layer
 */
export async function readTracedAttention(path: string, wanted: Wanted): Promise<Attention> {
  const { model, maps, ...sides } = await readTrace(path);
  const name = model === '' ? basename(path) : model;
  const layers = maps.map(({ kind, layer, heads }) => ({ kind, layer, heads }));
  const chosen = chooseLayers(wanted, layers, name);
  return { model: name, ...sides, layers, maps: maps.filter(one => chosen.some(layer => isSameLayer(layer, one))), warnings: [] };
}

/** Whatever text it is asked about, it tells of its own. */
export function planTrace(given: string): Plan {
  const path = resolve(given);
  return {
    path,
    name: basename(path),
    about: 'attention that was written down',
    tasks: ['attention'],
    graphs: [],
    warnings: ['It holds the attention over one text: that is shown, whatever text it is asked about.'],
    open: async () => ({
      id: path,
      facets: { attender: { attend: async ({ map }) => textAttention(await readTracedAttention(path, map), map) } },
      attending: { text: (_request, wanted) => readTracedAttention(path, wanted) },
      release: () => Promise.resolve(),
    }),
  };
}

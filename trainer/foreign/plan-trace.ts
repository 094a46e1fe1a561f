/** A trace file: nothing is run, the attention that a program wrote down is there to be looked at. */
import { basename, resolve } from 'node:path';
import type { TapInfo, TextAttention } from '../../protocol/checkpoint.ts';
import type { MapId } from '../../protocol/trace.ts';
import { readTrace } from '../formats/trace-file.ts';
import { inspectText } from '../inspection/inspectable.ts';
import { type Attention, chooseLayers, textAttention, type Wanted } from './attention.ts';
import { nameOfLayer } from './layer-maps.ts';
import type { Plan } from './plan.ts';

/**
 * What a trace file holds, as of a model that was asked; of the maps those that are wanted.
 * @throws Failure `no-such-file`, `broken-model`; `bad-argument` where there is no such layer
 */
export async function readTracedAttention(path: string, wanted: Wanted): Promise<Attention> {
  const nameOf = (model: string): string => (model === '' ? basename(path) : model);
  const trace = await readTrace(path, (layers, model) => chooseLayers(wanted, layers, nameOf(model)));
  return { ...trace, model: nameOf(trace.model), warnings: [] };
}

/** One of its maps, as the editor is told it. @throws Failure as above, and `bad-argument` where there is no such head */
export async function traceMap(path: string, map: MapId | undefined): Promise<TextAttention> {
  return textAttention(await readTracedAttention(path, map), map);
}

/** Its layers, as places where attention can be read: by which operator it was computed, the file does not tell. */
export async function tapsOfTrace(path: string): Promise<TapInfo[]> {
  const { layers } = await readTrace(path, () => []);
  return layers.map(one => ({ ...one, name: nameOfLayer(one), operator: '' }));
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
    warnings: [],
    open: async () => ({
      id: path,
      facets: { inspector: inspectText(path, [], () => readTracedAttention(path, 'all')) },
      attending: { text: (_request, wanted) => readTracedAttention(path, wanted) },
      release: () => Promise.resolve(),
    }),
  };
}

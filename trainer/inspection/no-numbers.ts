/** Weights that are no numbers, or without an end: a softmax over a row that is masked whole is 0 ÷ 0 in some graphs. */
import { layersInWords } from '../../protocol/map-name.ts';
import type { Attention } from '../foreign/attention.ts';
import type { LayerKey } from '../foreign/layer-maps.ts';
import type { HeldWeights } from './held.ts';
import type { Pass } from './pass.ts';

/** The same, with 0 in their place, which is told; its weights are written over. */
export function withNumbersOnly(pass: Pass): Pass {
  return told(pass, pass.layers.filter(({ blocks }) => blocks.map(({ weights }) => clear(weights)).includes(true)));
}

/** The same of maps as `attend` gives them. */
export function mapsOfNumbers(attention: Attention): Attention {
  return told(attention, attention.maps.filter(({ weights }) => clear(weights)));
}

function told<Told extends { readonly warnings: readonly string[] }>(of: Told, broken: readonly LayerKey[]): Told {
  if (broken.length === 0) return of;
  return { ...of, warnings: [...of.warnings, `Some weights are no numbers, as of rows that are masked whole, and 0 stands for them: ${layersInWords(broken)}.`] };
}

/** @returns whether there were any */
function clear(weights: HeldWeights): boolean {
  if (weights instanceof Uint8Array) return false;
  let found = false;
  for (let place = 0; place < weights.length; place++) {
    if (Number.isFinite(weights[place])) continue;
    weights[place] = 0;
    found = true;
  }
  return found;
}

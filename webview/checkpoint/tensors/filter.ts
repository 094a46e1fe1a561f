/** What the filter's field asks for, and which tensors have it. */
import type { TensorInfo } from '../../../protocol/checkpoint.ts';

/** Decides whether a tensor is wanted. */
export type Filter = (tensor: TensorInfo) => boolean;

/**
 * Reads a filter: words, all of which a tensor must have.
 *
 * - `dtype:float16` — its element type begins so;
 * - `shape:768x3072` — its shape is this, where `*` is any length; `shape:768` — one of its lengths is this; `shape:[768]` — it
 *   has this length alone;
 * - anything else stands in its name, in capitals or not.
 *
 * @returns `undefined` where nothing is asked for
 */
export function parseFilter(text: string): Filter | undefined {
  const filters = text.split(/\s+/).filter(word => word !== '').map(filterOf);
  return filters.length === 0 ? undefined : tensor => filters.every(filter => filter(tensor));
}

function filterOf(word: string): Filter {
  const [, key, value] = /^(dtype|shape):(.*)$/i.exec(word) ?? [];
  switch (key?.toLowerCase()) {
    case 'dtype': return ofDtype(value ?? '');
    case 'shape': return ofShape(value ?? '');
    default: return ofName(word);
  }
}

function ofName(text: string): Filter {
  const wanted = text.toLowerCase();
  return ({ name }) => name.toLowerCase().includes(wanted);
}

function ofDtype(text: string): Filter {
  const wanted = text.toLowerCase();
  return ({ dtype }) => dtype.toLowerCase().startsWith(wanted);
}

function ofShape(text: string): Filter {
  const isWhole = text.startsWith('[');
  const lengths = text.replace(/[[\]]/g, '').split(/[x×,]/i).filter(length => length !== '');
  const [only] = lengths;
  // Still being typed.
  if (only === undefined) return () => true;
  const fits = (length: number, wanted: string): boolean => wanted === '*' || String(length) === wanted;
  if (lengths.length === 1 && !isWhole) return ({ shape }) => shape.some(length => fits(length, only));
  return ({ shape }) => shape.length === lengths.length && shape.every((length, axis) => fits(length, lengths[axis] ?? ''));
}

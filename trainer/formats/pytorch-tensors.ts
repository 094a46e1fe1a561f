/** The tensors in what `torch.save` pickled, with dotted names, and the plain values beside them. */
import type { Fact } from '../../protocol/checkpoint.ts';
import { broken, quoted, shortened } from './broken.ts';
import { bitsOf, type PlainDtype } from './dtype.ts';
import { Call, Dict, Global, Persistent, type Pickled, Tuple } from './pickle.ts';
import { dtypes, rebuilders, retyped, storages, untyped, wrappers } from './pytorch-names.ts';
import { bytesOfShape, countOf, isSize, mostDimensions, mostTensors } from './sizes.ts';
import { type Layout, spanOf } from './strided.ts';

/** A tensor as a view of a storage; offsets and strides in elements. */
export interface View extends Layout {
  readonly name: string;
  readonly dtype: PlainDtype;
  readonly bytes: number;
  readonly storage: Storage;
}

/** Bytes that lie in the entry `data/<key>` of the archive. */
export interface Storage {
  readonly key: string;
  readonly bytes: number;
}

/** How deep dictionaries in dictionaries are followed, and how many values are looked at. */
const [deepest, mostValues] = [32, 2_000_000];
const mostFacts = 40;

/** @param where names the file. @throws Failure `broken-model` */
export function tensorsIn(root: Pickled, where: string): { views: View[]; facts: Fact[] } {
  const views: View[] = [];
  const facts: Fact[] = [];
  const names = new Map<string, number>();
  // What is still to be looked at, the next one last.
  const waiting: { readonly value: Pickled; readonly name: string; readonly depth: number }[] = [{ value: root, name: '', depth: 0 }];
  let looked = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, name, depth } = next;
    const tensor = unwrapped(value);
    if (tensor !== undefined) {
      if (views.length >= mostTensors) throw broken(where, `it holds more than ${mostTensors} tensors`, `at most ${mostTensors}`);
      views.push(viewOf(tensor, unique(name === '' ? 'tensor' : name, names), where));
      continue;
    }
    const inner = partsOf(value);
    looked += inner.length;
    if (looked > mostValues) throw broken(where, `it holds more than ${mostValues} values`, `at most ${mostValues}`);
    if (inner.length > 0 && depth >= deepest) throw broken(where, `${quoted(name)} is nested ${depth} deep`, `at most ${deepest}, and nothing that holds itself`);
    for (const [key, part] of inner.toReversed()) waiting.push({ value: part, name: name === '' ? key : `${name}.${key}`, depth: depth + 1 });
    const text = depth === 1 ? plainText(value) : undefined;
    if (text !== undefined && facts.length < mostFacts) facts.push({ label: shortened(name), value: shortened(text) });
  }
  return { views, facts };
}

/** The call that puts a tensor together, without what is around it. */
function unwrapped(value: Pickled): Call | undefined {
  let call = value;
  for (let depth = 0; depth < 8 && call instanceof Call; depth++) {
    if (rebuilders.has(call.of.name)) return call;
    const [first = null, , arguments_ = null] = call.given;
    if (wrappers.has(call.of.name)) call = first;
    else if (call.of.name === retyped && first instanceof Global && arguments_ instanceof Tuple) call = new Call(first, arguments_.items);
    else return undefined;
  }
  return undefined;
}

function partsOf(value: Pickled): (readonly [string, Pickled])[] {
  if (Array.isArray(value)) return value.map((item, index) => [String(index), item]);
  if (value instanceof Tuple) return value.items.map((item, index) => [String(index), item]);
  if (value instanceof Dict) return keyed(value.entries);
  // An OrderedDict; what else a call was given is no part of a state.
  if (value instanceof Call) return [...keyed(value.entries ?? new Map<Pickled, Pickled>()), ...(value.items ?? []).map((item, index) => [String(index), item] as const)];
  return [];
}

function keyed(entries: ReadonlyMap<Pickled, Pickled>): (readonly [string, Pickled])[] {
  return Array.from(entries, ([key, value]) => [plainText(key) ?? 'key', value]);
}

function plainText(value: Pickled): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' ? String(value) : undefined;
}

/** Dotted names may meet: `{"a.b": …, "a": {"b": …}}`. */
function unique(name: string, copies: Map<string, number>): string {
  const copy = (copies.get(name) ?? 0) + 1;
  copies.set(name, copy);
  return copy === 1 ? name : unique(`${name}#${copy}`, copies);
}

function viewOf({ of, given }: Call, name: string, where: string): View {
  const tensor = `tensor ${quoted(name)}`;
  const [stored, offset, size, stride] = given;
  const shape = lengthsIn(size);
  const strides = lengthsIn(stride);
  if (!isSize(offset) || shape === undefined || strides === undefined || shape.length !== strides.length) {
    throw broken(where, `${tensor} has no offset, shape and strides that fit each other`, `an integer and two tuples of at most ${mostDimensions}`);
  }
  const { type, storage } = storageOf(stored, tensor, where);
  const told = of.name.endsWith('_v3') ? given[6] : undefined;
  const dtype = told instanceof Global ? dtypes[told.name] : type;
  if (dtype === undefined) throw broken(where, `${tensor} has no element type`, 'one of PyTorch\'s');
  const width = bitsOf[dtype] / 8;
  const held = Math.floor(storage.bytes / width);
  const bytes = bytesOfShape(dtype, shape);
  const end = offset + spanOf({ shape, strides });
  if (countOf(shape) === undefined || bytes === undefined || !Number.isSafeInteger(end)) {
    throw broken(where, `${tensor} has shape [${shape.join(', ')}] and strides [${strides.join(', ')}]`, 'some whose bytes can be counted');
  }
  if (bytes > 0 && end > held) {
    throw broken(where, `${tensor} reaches up to element ${end}`, `at most ${held}, which its storage ${quoted(storage.key)} holds`);
  }
  return { name, dtype, shape, strides, offset, bytes, storage };
}

function storageOf(stored: Pickled | undefined, tensor: string, where: string): { type: PlainDtype | undefined; storage: Storage } {
  const id = stored instanceof Persistent && stored.id instanceof Tuple ? stored.id.items : [];
  const [kind, type, key, , elements] = id;
  const known = type instanceof Global && (Object.hasOwn(storages, type.name) || untyped.has(type.name));
  if (kind !== 'storage' || !known || typeof key !== 'string' || !isSize(elements)) {
    throw broken(where, `${tensor} has no storage in this archive`, '("storage", type, key, location, elements)');
  }
  // Untyped storages count bytes.
  const dtype = storages[type.name];
  const bytes = elements * (dtype === undefined ? 1 : bitsOf[dtype] / 8);
  if (!Number.isSafeInteger(bytes)) throw broken(where, `the storage ${quoted(key)} of ${tensor} has ${elements} elements`, 'a number of bytes that can be counted');
  return { type: dtype, storage: { key, bytes } };
}

/** A tuple of lengths, or a torch.Size made of one. */
function lengthsIn(value: Pickled | undefined): readonly number[] | undefined {
  const inner = value instanceof Call && value.of.name === 'torch.Size' ? value.given[0] : value;
  const items: readonly Pickled[] | undefined = inner instanceof Tuple ? inner.items : Array.isArray(inner) ? inner : undefined;
  return items !== undefined && items.length <= mostDimensions && items.every(isSize) ? items : undefined;
}

/**
 * A trace file, `*.trace.safetensors` (docs/python.md): what a model looked at over one text, as a program wrote it down. Its
 * tensors are maps, `[head, query, key]`, and its metadata their tokens.
 */
import * as z from 'zod';
import { attentionKinds, type SourceSide } from '../../protocol/trace.ts';
import { parseJson } from '../text/parse-json.ts';
import { wordsOf } from '../text/words.ts';
import { broken, quoted, shortened } from './broken.ts';
import { type ByteSource, withBytes } from './bytes.ts';
import type { Format } from './format.ts';
import { opened, readPlaced } from './opened.ts';
import { readHeader, type SafetensorsEntry, type SafetensorsHeader } from './safetensors-header.ts';
import type { TensorEntry } from './tensor-file.ts';

const ending = '.trace.safetensors';

/** Whether a path is called as trace files are. */
export const isTraceName = (path: string): boolean => path.toLowerCase().endsWith(ending);

const formatName = 'attention-scope-trace';
/** Of a file's maps together: they are held in memory. */
const mostBytes = 1_000_000_000;
/** Of a layer. */
const mostHeads = 4096;

export const traceFile: Format = {
  name: 'Attention Scope trace',
  recognise: async seen => seen.kind === 'file' && isTraceName(seen.name) && (await withBytes(seen.path, isTrace)),
  open: seen =>
    opened(seen.path, async (source, file) => {
      const trace = parse(await readHeader(source), source);
      const tensors = trace.maps.map(({ entry: { name, dtype, shape, bytes, offset } }): TensorEntry => ({ name, dtype, shape, bytes, place: { file, offset } }));
      const sides = [['Source', trace.source], ['Target', trace.target]] as const;
      const texts = sides.flatMap(([label, side]) => (side === undefined ? [] : [{ label, value: `${shortened(side.text, 1000)} (${side.tokens.length} tokens)` }]));
      return {
        format: traceFile.name,
        facts: [...(trace.model === '' ? [] : [{ label: 'Model', value: shortened(trace.model) }]), ...texts],
        tensors,
        read: readPlaced(source, tensors),
      };
    }),
};

async function isTrace(source: ByteSource): Promise<boolean> {
  return (await readHeader(source)).metadata.get('format') === formatName;
}

/** One layer's maps. */
export interface TraceMaps {
  readonly kind: (typeof attentionKinds)[number];
  readonly layer: number;
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
  /** `[head][query][key]`, row by row. */
  readonly weights: Float32Array;
}

export interface Trace {
  /** What the program called its model; may be empty. */
  readonly model: string;
  readonly source: SourceSide;
  /** What the model wrote, where it read one text and wrote another. */
  readonly target?: SourceSide;
  readonly maps: readonly TraceMaps[];
}

export type TraceLayer = Pick<TraceMaps, 'kind' | 'layer' | 'heads'>;

/**
 * @param choose which layers' maps are read, of all that there are
 * @throws Failure `no-such-file`; `broken-model` naming what is wrong in it; what `choose` throws
 */
export async function readTrace(
  path: string,
  choose: (layers: readonly TraceLayer[], model: string) => readonly Pick<TraceLayer, 'kind' | 'layer'>[],
): Promise<Trace & { readonly layers: readonly TraceLayer[] }> {
  return withBytes(path, async source => {
    const { maps, ...trace } = parse(await readHeader(source), source);
    const layers = maps.map(({ entry: { shape: [heads = 0] }, kind, layer }): TraceLayer => ({ kind, layer, heads }));
    const chosen = choose(layers, trace.model);
    const read: TraceMaps[] = [];
    for (const { entry, kind, layer } of maps.filter(one => chosen.some(({ kind, layer }) => one.kind === kind && one.layer === layer))) {
      const [heads = 0, queries = 0, keys = 0] = entry.shape;
      const weights = new Float32Array(heads * queries * keys);
      await source.readInto(new Uint8Array(weights.buffer), entry.offset);
      read.push({ kind, layer, heads, queries, keys, weights });
    }
    return { ...trace, layers, maps: read };
  });
}

const sideSchema = z
  .object({
    text: z.string().max(1_000_000),
    tokens: z.array(z.object({ text: z.string().max(10_000), start: z.int().min(0), end: z.int().min(0) })).min(1).max(100_000),
  })
  .refine(({ text, tokens }) => tokens.every(({ start, end }) => start <= end && end <= text.length), 'tokens within the text');

type Parsed = Omit<Trace, 'maps'> & { readonly maps: readonly { readonly entry: SafetensorsEntry; readonly kind: TraceMaps['kind']; readonly layer: number }[] };

/** The maps in the order of kinds and layers. @throws Failure `broken-model` */
function parse({ metadata, entries }: SafetensorsHeader, { path, size }: ByteSource): Parsed {
  const version = metadata.get('formatVersion');
  if (version !== '1') throw broken(path, `its formatVersion is ${quoted(version ?? 'missing')}`, '"1"', 'A newer version of Attention Scope may read it.');
  const source = sideOf(metadata, 'source', path);
  if (source === undefined) throw broken(path, 'its metadata have no "source"', 'the text that was read, with its tokens');
  const target = sideOf(metadata, 'target', path);
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  if (bytes > mostBytes) throw broken(path, 'its maps have over 1 GB', 'at most that');
  if (bytes > size) throw broken(path, `its maps have ${bytes} bytes together, and the file has ${size}`, 'maps that lie one after the other');
  const maps = entries.map(entry => {
    const found = /^(encoder|decoder|cross)\.(\d{1,4})$/.exec(entry.name);
    const kind = attentionKinds.find(one => one === found?.[1]);
    if (kind === undefined || (kind === 'cross' && target === undefined)) {
      throw broken(path, `it has a tensor ${quoted(entry.name)}`, 'tensors named as encoder.0, decoder.0 and, where there is a target, cross.0');
    }
    const [own, other] = [(kind === 'encoder' ? source : (target ?? source)).tokens.length, (kind === 'decoder' ? (target ?? source) : source).tokens.length];
    const [heads = 0, queries, keys] = entry.shape;
    if (entry.dtype !== 'float32' || entry.shape.length !== 3 || heads < 1 || heads > mostHeads || queries !== own || keys !== other) {
      throw broken(path, `tensor ${quoted(entry.name)} is ${entry.dtype} of shape [${entry.shape.join(', ')}]`, `float32 of [head, ${own}, ${other}], as there are tokens, with at most ${mostHeads} heads`);
    }
    return { entry, kind, layer: Number(found?.[2]) };
  });
  if (maps.length === 0) throw broken(path, 'it has no maps', 'one or more');
  const place = ({ kind, layer }: (typeof maps)[number]): number => attentionKinds.indexOf(kind) * 10_000 + layer;
  return { model: metadata.get('model') ?? '', source, ...(target && { target }), maps: maps.toSorted((one, next) => place(one) - place(next)) };
}

/** @throws Failure `broken-model` */
function sideOf(metadata: ReadonlyMap<string, string>, key: 'source' | 'target', path: string): SourceSide | undefined {
  const text = metadata.get(key);
  if (text === undefined) return undefined;
  const side = sideSchema.safeParse(parseJson(text)).data;
  if (side === undefined) throw broken(path, `"${key}" of its metadata is ${shortened(text)}`, 'JSON of {"text", "tokens": [{"text", "start", "end"}]}, one token or more, all within the text');
  return { ...side, words: wordsOf(side.text) };
}

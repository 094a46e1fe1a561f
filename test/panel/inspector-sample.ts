/** A translator with everything that an inspection can have, answered as the worker does. Made in the page. */
import type { InspectRequests } from '../../protocol/inspect-page.ts';
import { plainReading, type Arithmetic, type Influence, type Inspection, type MapLabelRange, type MapOf, type MapParams, type MapReading, type OpenInspectionParams } from '../../protocol/inspection.ts';
import { byteOf } from '../../protocol/map-bytes.ts';
import { alignLabels } from '../../trainer/inspection/reading/align.ts';
import type { InspectorHost, Told } from '../../webview/inspect/inspector-host.ts';
import type { InspectedMap } from '../../webview/inspect/inspector.ts';
import { sampleInspection, sampleInspector, type SampleModel } from './heads-sample.ts';

export interface SampleHost extends InspectorHost {
  /** What was asked for and told, in order. */
  readonly asked: { readonly method: string; readonly params: unknown }[];
  readonly told: Told[];
  /** The inspection that it opens or recalls under this id. */
  readonly inspections: Map<string, Inspection>;
}

export function translated(model: SampleModel, id = 'sample', interventions: OpenInspectionParams['interventions'] = []): Inspection {
  const base = sampleInspection(model);
  const target = base.axes[1];
  const alternatives = [{ token: 1, text: 'maison', logProb: Math.log(0.6) }, { token: 2, text: 'demeure', logProb: Math.log(0.25) }, { token: 3, text: 'foyer', logProb: Math.log(0.1) }];
  const text = interventions.length === 0 ? 'la maison bleue est grande' : 'la demeure bleue est grande';
  return {
    ...base, id,
    asked: { ...base.asked, text: base.axes[0]?.text ?? '', interventions },
    layers: base.layers.map(layer => ({ ...layer, hasArithmetic: true, hasValues: layer.kind === 'cross' })),
    usual: { of: 'heads', kind: 'cross', layer: 0, heads: [1], by: 'mean' },
    output: {
      kind: 'written', text,
      steps: (target?.tokens ?? []).map(({ text: token }) => ({ written: { token: 9, text: token, logProb: Math.log(0.7) }, alternatives: [{ token: 9, text: token, logProb: Math.log(0.7) }, ...alternatives] })),
      searches: [],
    },
  };
}

/** An image of 4 × 4 patches, before them the token that stands for all of it. */
export function classifiedImage(): Inspection {
  const whole = { x: 0, y: 0, width: 64, height: 64 };
  const patches = [whole, ...Array.from({ length: 16 }, (_, index) => ({ x: 16 * (index % 4), y: 16 * Math.floor(index / 4), width: 16, height: 16 }))];
  const tokens = patches.map(({ x, y }, index) => ({ text: index === 0 ? '[CLS]' : `${x},${y}`, start: 0, end: 0, special: index === 0 }));
  return {
    id: 'image', asked: { model: 'patches', text: 'disc.png', languageId: '', beam: 1, interventions: [] }, model: 'patches',
    axes: [{ side: 'image', text: '', tokens, words: [], sentences: [{ first: 0, end: tokens.length }] }],
    layers: [{ kind: 'encoder', layer: 0, heads: 2, queries: 0, keys: 0, hasArithmetic: false, hasValues: false }],
    usual: undefined, image: { width: 64, height: 64, patches }, output: { kind: 'labelled', labels: [{ label: 'disc', probability: 0.9 }, { label: 'square', probability: 0.1 }] },
    isRounded: false, warnings: [],
  };
}

export function sampleHost(model: SampleModel): SampleHost {
  const heads = sampleInspector(model);
  const inspections = new Map<string, Inspection>([['sample', translated(model)], ['image', classifiedImage()]]);
  const inspectionOf = ({ inspection }: MapOf): Inspection => inspections.get(inspection) ?? translated(model);
  const self: SampleHost = {
    asked: [],
    told: [],
    inspections,
    heads: heads.heads,
    lines: heads.lines,
    map: async params => {
      self.asked.push({ method: 'map', params });
      return mapOf(params, inspectionOf(params.map), params.minus === undefined ? undefined : inspectionOf(params.minus));
    },
    arithmetic: async params => {
      self.asked.push({ method: 'arithmetic', params });
      const inspection = inspections.get(params.inspection) ?? translated(model);
      const layer = inspection.layers.find(one => one.kind === params.kind && one.layer === params.layer);
      return arithmeticOf(inspection.axes[layer?.keys ?? 0]?.tokens.length ?? 0, params.query + 1);
    },
    influence: async (params, _, progress) => {
      self.asked.push({ method: 'influence', params });
      progress({ done: 1, of: 2 });
      const words = inspections.get(params.inspection)?.axes[0]?.words ?? [];
      return { words: words.map((__, word): Influence['words'][number] => ({ word, change: (word * 7) % 5, attention: 1 / (1 + word) })), measure: 'log-probability', tau: 0.42 };
    },
    open: async params => {
      self.asked.push({ method: 'open', params });
      const opened = translated(model, `changed-${self.asked.filter(({ method }) => method === 'open').length}`, params.interventions);
      inspections.set(opened.id, opened);
      return opened;
    },
    peek: async params => {
      self.asked.push({ method: 'peek', params });
      return [...inspections.values()].findLast(({ asked }) => JSON.stringify(asked) === JSON.stringify(params)) ?? translated(model);
    },
    recall: async inspection => {
      self.asked.push({ method: 'recall', params: inspection });
      return inspections.get(inspection) ?? translated(model);
    },
    another: async params => {
      self.asked.push({ method: 'another', params });
      const other = { ...translated({ ...model, tokens: model.tokens + 2 }, 'other'), model: 'another-model' };
      inspections.set(other.id, other);
      return other;
    },
    export: async (params: InspectRequests['export']['params']) => {
      self.asked.push({ method: 'export', params });
      return { bytes: 12_345, warnings: [] };
    },
    tell: message => void self.told.push(message),
  };
  return self;
}

/** Diagonal, with a haze, as it is read; other inspections look a little elsewhere. */
function mapOf({ map, minus, reading, rows, columns, most, values }: MapParams, inspection: Inspection, other: Inspection | undefined): InspectedMap {
  const layer = inspection.layers.find(one => one.kind === map.choice.kind);
  const [rowsOf = [], columnsOf = []] = [layer?.queries ?? 0, layer?.keys ?? 0].map(axis => {
    const labels = labelsOf(inspection, axis, reading);
    return alignLabels(labels, other === undefined ? labels : labelsOf(other, axis, reading));
  });
  const [down, across] = [rowsOf, columnsOf].map(aligned => aligned.map(({ label }) => label)) as [MapLabelRange[], MapLabelRange[]];
  const [ofRows, ofColumns] = [rows ?? { first: 0, end: down.length }, columns ?? { first: 0, end: across.length }];
  const step = { rows: Math.ceil((ofRows.end - ofRows.first) / most.rows), columns: Math.ceil((ofColumns.end - ofColumns.first) / most.columns) };
  const size = { rows: down.length, columns: across.length };
  const isSigned = minus !== undefined;
  const cells: number[] = [];
  for (let row = ofRows.first; row < ofRows.end; row += step.rows) {
    for (let column = ofColumns.first; column < ofColumns.end; column += step.columns) {
      let furthest = 0;
      for (let r = row; r < Math.min(ofRows.end, row + step.rows); r++) {
        for (let c = column; c < Math.min(ofColumns.end, column + step.columns); c++) {
          if (down[r]?.only !== undefined || across[c]?.only !== undefined) {
            if (values === 'floats') furthest = Number.NaN;
            continue;
          }
          const weight = weightOf(map, r, c, size) - (minus === undefined ? 0 : weightOf(minus, r, c, size));
          if (Math.abs(weight) > Math.abs(furthest)) furthest = weight;
        }
      }
      cells.push(furthest);
    }
  }
  const rest = {
    size, rows: ofRows, columns: ofColumns, step, isSigned, full: 1, strong: 0.5,
    hidden: reading.keep.by === plainReading.keep.by ? { cells: 0, mass: 0 } : { cells: 7, mass: 0.25 },
    ...(rows === undefined || columns === undefined ? { labels: { rows: down, columns: across } } : {}),
  };
  return values === 'floats'
    ? { ...rest, values, cells: Float32Array.from(cells) }
    : { ...rest, values, cells: Uint8Array.from(cells, weight => byteOf(weight, isSigned)) };
}

function weightOf({ inspection, choice }: MapOf, row: number, column: number, { rows, columns }: { readonly rows: number; readonly columns: number }): number {
  const head = choice.of === 'heads' && choice.heads !== 'all' ? (choice.heads[0] ?? 0) : 0;
  const shift = inspection === 'sample' ? head : head + 1;
  return 0.8 * Math.exp(-Math.abs(column - (row * columns) / Math.max(1, rows) + shift) / 1.5);
}

function labelsOf({ axes }: Inspection, axis: number, { hideSpecial, unit }: MapReading): readonly MapLabelRange[] {
  const of = axes[axis];
  if (unit === 'sentences') return (of?.sentences ?? []).map(range => ({ ...range, text: `from ${range.first}`, special: false }));
  return (of?.tokens ?? []).map(({ text, special }, first) => ({ first, end: first + 1, text: text.replace('</w>', ''), special })).filter(({ special }) => !hideSpecial || !special);
}

function arithmeticOf(keys: number, query: number): Arithmetic {
  const width = 8;
  const vector = (seed: number): number[] => Array.from({ length: width }, (_, at) => Math.fround(Math.sin(seed * 3 + at)));
  const q = vector(query);
  const ks = Array.from({ length: keys }, (_, key) => vector(key + 10));
  const products = ks.map(k => k.reduce((sum, value, at) => sum + value * (q[at] ?? 0), 0));
  const mask = products.map((_, key) => (key === keys - 1 ? null : 0));
  const scale = 1 / Math.sqrt(width);
  const scores = products.map((product, key) => (mask[key] === null ? null : product * scale));
  const powers = scores.map(score => (score === null ? 0 : Math.exp(score)));
  const sum = powers.reduce((all, power) => all + power, 0);
  const weights = powers.map(power => power / sum);
  const values = ks.map((_, key) => vector(key + 50));
  return { score: 'dot-product', firstKey: 0, query: q, keys: ks, products, scale, mask, scores, weights, values, output: q.map((_, at) => weights.reduce((all, weight, key) => all + weight * (values[key]?.[at] ?? 0), 0)) };
}

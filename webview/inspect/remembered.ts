/** How the user left the inspector, model by model, kept by the page that shows it. */
import { mapUnits, plainReading, type MapChoice, type MapReading } from '../../protocol/inspection.ts';
import { chosenScales, type ChosenScale } from '../../protocol/map-scale.ts';
import { mapKinds } from '../../protocol/trace.ts';
import { freshReading, type ChosenReading } from './reading/reading.ts';

export const views = ['matrix', 'heads', 'model', 'arithmetic', 'decoding', 'image', 'what-if', 'compare'] as const;
export type View = (typeof views)[number];

export interface ModelMemory {
  /** What is seen first, where nothing was chosen yet. */
  readonly view: View | undefined;
  /** What is looked at first, where nothing was chosen yet. */
  readonly choice: MapChoice | undefined;
  readonly reading: ChosenReading;
  /** What maps are drawn on. */
  readonly scale: ChosenScale;
}

export interface InspectorMemory {
  readonly isReadingOpen: boolean;
  /** By the models' names, the one looked at last last. */
  readonly models: Readonly<Record<string, ModelMemory>>;
}

const freshModel: ModelMemory = { view: undefined, choice: undefined, reading: freshReading, scale: 'auto' };
export const freshMemory: InspectorMemory = { isReadingOpen: false, models: {} };

/** VS Code stores the state whole, each time. */
const mostModels = 20;

export function memoryOf({ models }: InspectorMemory, model: string): ModelMemory {
  return Object.hasOwn(models, model) ? (models[model] ?? freshModel) : freshModel;
}

export function remembering(memory: InspectorMemory, model: string, change: Partial<ModelMemory>): InspectorMemory {
  const others = Object.entries(memory.models).filter(([name]) => name !== model).slice(1 - mostModels);
  return { ...memory, models: Object.fromEntries([...others, [model, { ...memoryOf(memory, model), ...change }]]) };
}

/** What another page remembers now, but for the model that is looked at here. */
export function learned(told: InspectorMemory, own: InspectorMemory, model: string): InspectorMemory {
  const known = { ...told, isReadingOpen: own.isReadingOpen };
  return Object.hasOwn(own.models, model) ? remembering(known, model, memoryOf(own, model)) : known;
}

/** Reads what an earlier version of the page may have written; whatever does not fit is forgotten. */
export function recallInspector(value: unknown): InspectorMemory {
  if (!isRecord(value)) return freshMemory;
  const { isReadingOpen, models } = value;
  const known = isRecord(models) ? Object.entries(models).slice(-mostModels) : [];
  return { isReadingOpen: isReadingOpen === true, models: Object.fromEntries(known.map(([model, memory]) => [model, recallModel(memory)])) };
}

function recallModel(value: unknown): ModelMemory {
  if (!isRecord(value)) return freshModel;
  return { view: views.find(one => one === value['view']), choice: recallChoice(value['choice']), reading: recallReading(value['reading']), scale: chosenScales.find(one => one === value['scale']) ?? 'auto' };
}

export function recallChoice(value: unknown): MapChoice | undefined {
  if (!isRecord(value)) return undefined;
  const { of, layer, heads } = value;
  const kind = mapKinds.find(one => one === value['kind']);
  const by = value['by'] === 'max' ? 'max' : 'mean';
  if (kind === undefined) return undefined;
  if (of === 'layers') return { of, kind, layers: 'all', by };
  if (!isIndex(layer)) return undefined;
  if (of === 'rollout' || of === 'flow') return { of, kind, layer };
  if (of !== 'heads') return undefined;
  return { of, kind, layer, heads: Array.isArray(heads) && heads.length > 0 && heads.every(isIndex) ? heads : 'all', by };
}

export function recallReading(value: unknown): ChosenReading {
  if (!isRecord(value)) return freshReading;
  return {
    valueWeighted: value['valueWeighted'] === true,
    hideSpecial: value['hideSpecial'] === true,
    unit: mapUnits.find(one => one === value['unit']) ?? freshReading.unit,
    normalise: (['none', 'row', 'column', 'all'] as const).find(one => one === value['normalise']) ?? plainReading.normalise,
    keep: recallKeep(value['keep']),
  };
}

function recallKeep(value: unknown): MapReading['keep'] {
  if (!isRecord(value)) return plainReading.keep;
  const { by, least, count, mass } = value;
  if (by === 'weight' && isShare(least)) return { by, least };
  if (by === 'top' && isIndex(count) && count > 0) return { by, count };
  return by === 'mass' && isShare(mass) ? { by, mass } : plainReading.keep;
}

function isShare(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1;
}

function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

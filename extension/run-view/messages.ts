import { longestPassage } from '../../protocol/longest-passage.ts';
import { runCommands, type FromRunPage, type Wanted, type WantedCurves } from '../../protocol/run-page.ts';
import { runWishes, type RunProbeParams } from '../../protocol/runs.ts';

/** Parses what came out of the webview; `undefined` for anything that is no message of ours. */
export function parseFromRunPage(value: unknown): FromRunPage | undefined {
  if (!isRecord(value)) return undefined;
  const { type, folder } = value;
  switch (type) {
    case 'ready':
      return { type };
    case 'want': {
      const wanted = parseWanted(value['wanted']);
      return wanted === undefined ? undefined : { type, wanted };
    }
    case 'probe': {
      const at = parseProbe(value['at']);
      return at === undefined ? undefined : { type, at };
    }
    case 'control': {
      const wish = runWishes.find(one => one === value['wish']);
      return wish === undefined || typeof folder !== 'string' ? undefined : { type, folder, wish };
    }
    case 'remove':
      return typeof folder === 'string' ? { type, folder } : undefined;
    case 'choose-text': {
      const { proposal } = value;
      return typeof proposal === 'string' && proposal.length <= longestPassage ? { type, proposal } : undefined;
    }
    case 'run': {
      const command = runCommands.find(name => name === value['command']);
      return command === undefined ? undefined : { type, command };
    }
    default:
      return undefined;
  }
}

/** The runs that a page showed, the first one first, out of the state that VS Code kept for it. */
export function foldersOfState(state: unknown): readonly string[] {
  return isRecord(state) ? strings(state['folders']) : [];
}

/** A page draws no more points than these of a curve, whatever it says. */
const mostPoints = 20_000;

function parseWanted(value: unknown): Wanted | undefined {
  if (!isRecord(value) || !Array.isArray(value['curves'])) return undefined;
  const { points, heads } = value;
  const curves = value['curves'].map(parseCurves);
  if (!isIndex(points) || !(heads === null || typeof heads === 'string') || curves.includes(undefined)) return undefined;
  return { curves: curves.filter(one => one !== undefined), points: Math.min(points, mostPoints), heads };
}

function parseCurves(value: unknown): WantedCurves | undefined {
  if (!isRecord(value) || typeof value['folder'] !== 'string') return undefined;
  const { folder, from, to } = value;
  if (!(from === undefined || isNumber(from)) || !(to === undefined || isNumber(to))) return undefined;
  return { folder, metrics: strings(value['metrics']), ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

function parseProbe(value: unknown): RunProbeParams | undefined {
  if (!isRecord(value)) return undefined;
  const { folder, step, example, map } = value;
  if (typeof folder !== 'string' || !isIndex(step) || !isIndex(example) || typeof map !== 'string') return undefined;
  return { folder, step, example, map };
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter(one => typeof one === 'string') : [];
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isIndex(value: unknown): value is number {
  return isNumber(value) && Number.isInteger(value) && value >= 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

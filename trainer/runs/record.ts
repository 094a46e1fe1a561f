/** run.json as whoever reads it takes it: any program may have written it, with settings of its own. */
import { join } from 'node:path';
import type { RunDetails } from '../../protocol/runs.ts';
import { type Task, tasks } from '../../protocol/server.ts';
import { configName } from '../launch/origin.ts';
import { isCount, isRecord } from './event.ts';
import { readSmallJson } from './quietly.ts';

export interface RunRecordSeen {
  /** The config's name. */
  readonly name: string | null;
  readonly task: Task | null;
  /** ISO 8601. */
  readonly started: string | null;
  readonly fold: { readonly index: number; readonly of: number } | null;
  /** Whether a program of its own wrote it, whose checkpoints are of whatever kind. */
  readonly isForeign: boolean;
}

export const recordName = 'run.json';
const largest = 4 << 20;
const mostSettings = 2000;
const longestValue = 2000;

const emptyRecord: RunRecordSeen = { name: null, task: null, started: null, fold: null, isForeign: false };

/** @param names in the folder; one that waits to be trained has only its config yet */
export function readRecordSeen(folder: string, names: readonly string[]): RunRecordSeen {
  if (names.includes(recordName)) {
    const found = readSmallJson(join(folder, recordName), largest)?.value;
    return isRecord(found) ? recordOf(found) : emptyRecord;
  }
  return names.includes(configName) ? recordOf({ config: readSmallJson(join(folder, configName), largest)?.value }) : emptyRecord;
}

function recordOf({ config, started, fold, versions }: Readonly<Record<string, unknown>>): RunRecordSeen {
  const { name, task } = isRecord(config) ? config : {};
  return {
    name: typeof name === 'string' && name !== '' ? name.slice(0, 200) : null,
    task: tasks.find(one => one === task) ?? null,
    started: isTime(started) ? started : null,
    fold: isRecord(fold) && isCount(fold['index']) && isCount(fold['of']) ? { index: fold['index'], of: fold['of'] } : null,
    isForeign: isRecord(versions) && !('attentionScope' in versions),
  };
}

/** The config's keys and what else the record tells, nested ones with dots between, as texts. */
export function readSettings(folder: string): RunDetails['config'] {
  const found = readSmallJson(join(folder, recordName), largest)?.value;
  if (!isRecord(found)) return [];
  const { format: _format, formatVersion: _version, config, ...rest } = found;
  const settings: { key: string; value: string }[] = [];
  flatten(config, '', settings);
  flatten(rest, '', settings);
  return settings.slice(0, mostSettings);
}

function flatten(value: unknown, key: string, into: { key: string; value: string }[]): void {
  if (into.length >= mostSettings || value === undefined) return;
  if (isRecord(value) && Object.keys(value).length > 0) {
    for (const [name, inner] of Object.entries(value)) flatten(inner, key === '' ? name : `${key}.${name}`, into);
    return;
  }
  if (key === '') return;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  into.push({ key, value: text.length > longestValue ? `${text.slice(0, longestValue)}…` : text });
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}

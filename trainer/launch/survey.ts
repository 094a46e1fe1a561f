/** Which runs of a folder wait on this machine, and which are being trained. */
import { readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { findWriter, type FoundWriter } from '../training/run-lock.ts';
import { readRequest, type RunRequest } from './request.ts';

export interface BusyRun {
  readonly folder: string;
  /** To be trained by this machine. */
  readonly request: RunRequest | undefined;
  /** It lives. */
  readonly writer: FoundWriter | undefined;
}

/** Folders looked into at a time. */
const together = 64;

/** The runs that wait or are written; of thousands of others nothing is told. None where the folder cannot be read. */
export async function surveyRuns(runs: string): Promise<BusyRun[]> {
  const entries = await readdir(runs, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter(entry => !entry.name.startsWith('.') && !entry.isFile()).map(({ name }) => join(runs, name));
  const found: BusyRun[] = [];
  for (let at = 0; at < folders.length; at += together) {
    found.push(...(await Promise.all(folders.slice(at, at + together).map(look))));
  }
  return found.filter(({ request, writer }) => request !== undefined || writer !== undefined);
}

async function look(folder: string): Promise<BusyRun> {
  const [request, writer] = await Promise.all([readRequest(folder), findWriter(folder)]);
  return {
    folder,
    request: request?.host === hostname() ? request : undefined,
    writer: writer?.lives === true ? writer : undefined,
  };
}

export interface WaitingRun {
  readonly folder: string;
  readonly request: RunRequest;
}

/** Those that wait and that nobody writes, the one whose turn it is first. */
export function inTurnOf(runs: readonly BusyRun[]): WaitingRun[] {
  const waiting = runs.flatMap(({ folder, request, writer }) => (request === undefined || writer !== undefined ? [] : [{ folder, request }]));
  return waiting.toSorted(
    (one, other) => Date.parse(one.request.queued) - Date.parse(other.request.queued) || (one.folder < other.folder ? -1 : 1),
  );
}

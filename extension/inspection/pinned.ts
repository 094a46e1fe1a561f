import type { Memento } from 'vscode';
import type { OpenInspectionParams } from '../../protocol/inspection.ts';
import { Fields } from './fields.ts';
import { readOpen } from './params.ts';

const key = 'attentionScope.inspections.pinned';
/** VS Code stores what a workspace remembers whole, each time. */
const mostPinned = 50;

/** What was asked for by the pinned inspections of this workspace, the newest first. What is not understood is forgotten. */
export function recallPinned(storage: Pick<Memento, 'get'>): readonly OpenInspectionParams[] {
  const stored = storage.get<unknown>(key);
  if (!Array.isArray(stored)) return [];
  return stored.slice(0, mostPinned).flatMap((asked: unknown) => {
    try {
      return [readOpen(new Fields(asked, 'a pinned inspection'))];
    } catch {
      return [];
    }
  });
}

/** Images are not kept: they may be large. */
export async function keepPinned(storage: Pick<Memento, 'get' | 'update'>, pinned: readonly OpenInspectionParams[]): Promise<void> {
  const kept = pinned.filter(({ image }) => image === undefined).slice(0, mostPinned);
  if (JSON.stringify(kept) !== JSON.stringify(storage.get(key) ?? [])) await storage.update(key, kept);
}

import type { Memento } from 'vscode';
import { Fields } from './fields.ts';
import type { Inspected, TextPlace } from './history.ts';
import { readOpen } from './params.ts';

/** An inspection as it outlives a session. */
export type Pinned = Pick<Inspected, 'asked' | 'place' | 'file' | 'at'>;

const key = 'attentionScope.inspections.pinned';
/** VS Code stores what a workspace remembers whole, each time. */
const mostPinned = 50;
const longestUri = 32_768;

/** The pinned inspections of this workspace, the newest first. What is not understood is forgotten. */
export function recallPinned(storage: Pick<Memento, 'get'>): readonly Pinned[] {
  const stored = storage.get<unknown>(key);
  if (!Array.isArray(stored)) return [];
  return stored.slice(0, mostPinned).flatMap((value: unknown) => {
    try {
      const fields = new Fields(value, 'a pinned inspection');
      return [{
        asked: readOpen(fields),
        place: fields.is('place', undefined) ? undefined : readPlace(fields.fields('place')),
        file: fields.is('file', undefined) ? undefined : fields.text('file', longestUri),
        at: fields.is('at', undefined) ? 0 : fields.index('at', Number.MAX_SAFE_INTEGER),
      }];
    } catch {
      return [];
    }
  });
}

/** Of an image its file is kept: its bytes may be many. */
export async function keepPinned(storage: Pick<Memento, 'get' | 'update'>, pinned: readonly Pinned[]): Promise<void> {
  const isKept = ({ asked, file }: Pinned): boolean => asked.image === undefined || file !== undefined;
  const kept = pinned.filter(isKept).slice(0, mostPinned).map(({ asked: { image: _, ...asked }, place, file, at }) => ({ ...asked, place, ...(file === undefined ? {} : { file }), at }));
  if (JSON.stringify(kept) !== JSON.stringify(storage.get(key) ?? [])) await storage.update(key, kept);
}

function readPlace(fields: Fields): TextPlace {
  const span = fields.fields('span');
  return { uri: fields.text('uri', longestUri), span: { start: span.index('start', Number.MAX_SAFE_INTEGER), end: span.index('end', Number.MAX_SAFE_INTEGER) } };
}

/** How the user left the image panel, kept by VS Code over a reload of the window. */

export interface Remembered {
  /** The image; the extension reads it from here when it restores the panel. */
  readonly uri: string;
  /** The key of the map that is drawn; empty for the first. */
  readonly map: string;
  /** Whether anything is drawn over the picture. */
  readonly shown: boolean;
  /** How opaque, in per cent. */
  readonly strength: number;
  /** The patch that was selected. */
  readonly patch: number | undefined;
}

export const fresh: Remembered = { uri: '', map: '', shown: true, strength: 75, patch: undefined };

/** Reads what an earlier version of the panel may have written; whatever does not fit is forgotten. */
export function recall(value: unknown): Remembered {
  if (typeof value !== 'object' || value === null) return fresh;
  const { uri, map, shown, strength, patch } = value as Readonly<Record<string, unknown>>;
  return {
    uri: typeof uri === 'string' ? uri : '',
    map: typeof map === 'string' ? map : '',
    shown: shown !== false,
    strength: typeof strength === 'number' && strength >= 0 && strength <= 100 ? strength : fresh.strength,
    patch: typeof patch === 'number' && Number.isInteger(patch) && patch >= 0 ? patch : undefined,
  };
}

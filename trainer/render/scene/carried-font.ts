/** The font that is carried along, where a machine has none: Arimo, of Helvetica's measures (docs/decisions/0022). */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** In a bundle its bytes are part of it: scripts/build.ts rewrites this call. */
export function carriedFont(): Promise<Uint8Array> {
  return readFile(createRequire(import.meta.url).resolve('@expo-google-fonts/arimo/400Regular/Arimo_400Regular.ttf'));
}

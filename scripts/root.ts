/** Where the project stands, whatever the working directory. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

export function underRoot(...parts: string[]): string {
  return join(root, ...parts);
}

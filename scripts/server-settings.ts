/** The settings that VS Code's server starts with. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A workbench that shows the user's folder and nothing else: no greeting, no advice, no assistant. */
const calm = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'extensions.ignoreRecommendations': true,
};

/** @param dataFolder the server's own folder, before its first start. */
export function writeServerSettings(dataFolder: string, settings: Readonly<Record<string, unknown>> = {}): void {
  const folder = join(dataFolder, 'data', 'Machine');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'settings.json'), JSON.stringify({ ...calm, ...settings }, undefined, 2));
}

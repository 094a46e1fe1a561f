import { listFiles, PackageManager } from '@vscode/vsce';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './root.ts';

it('every link from a shipped manual leads to a file that is shipped too', async () => {
  const shipped = await listFiles({ cwd: root, packageManager: PackageManager.None });
  const manuals = shipped.filter(file => /^docs\/.*\.md$/.test(file));
  expect(manuals).toContain('docs/training.md');
  const broken = manuals.flatMap(manual =>
    [...readFileSync(join(root, manual), 'utf8').matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
      .map(([, target = '']) => normalize(join(dirname(manual), target)))
      .filter(target => !shipped.includes(target) || !existsSync(join(root, target)))
      .map(target => `${manual} → ${target}`));
  expect(broken).toEqual([]);
});

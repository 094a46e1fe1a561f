/** An inspection of 512 tokens over a slow link, as of Remote-SSH: the extension and its worker at one end, the panel at the other. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { Random } from '../../trainer/training/random.ts';
import { chromiumMissing, findChromium } from '../chromium.ts';
import { harnessVariable } from '../vscode/requests.ts';
import { serveRequests } from '../vscode/serve-requests.ts';
import { openWorkbench } from '../vscode/workbench.ts';
import { bundleForVsCode } from './bundle-for-vscode.ts';
import { modelVariable, textsFile } from './inspect-link-report.ts';
import { LinkWatcher, type SeenMap } from './link-watcher.ts';
import { builtCommandLine } from './model.ts';
import type { Measurement, Part } from './part.ts';
import { type EncoderSizes, writeRandomEncoder } from './random-encoder.ts';
import { openSlowLink, type Link, type SlowLink } from './slow-link.ts';
import { withTemporaryFolder } from './temporary.ts';

const link: Link = { megabitsPerSecond: 5, eachWay: 50 };
/** Its weights are so large that its first layer's queries prefer some keys: the map's bytes are noise, which nothing makes fewer on their way. */
const sizes: EncoderSizes = { vocabulary: 3_000, positions: 512, width: 192, layers: 1, heads: 12, inner: 384 };
const most = 0.55;
const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
const mostTexts = 20;

export const inspectLink: Part = {
  name: 'inspect-link',
  about: `an inspection of ${sizes.positions} tokens in a real VS Code over a link of ${link.megabitsPerSecond} Mbit/s and ${link.eachWay} ms each way`,
  run: async context => {
    if (findChromium() === undefined) {
      context.print(`  ${chromiumMissing}`);
      return [];
    }
    return withTemporaryFolder(async spare => {
      builtCommandLine();
      const [model, workspace] = [join(spare, 'model'), join(spare, 'workspace')];
      await Promise.all([mkdir(model), mkdir(workspace)]);
      const random = new Random('link');
      const words = Array.from({ length: sizes.vocabulary - special.length }, () => wordOf(random));
      await writeRandomEncoder(model, sizes, most);
      await writeFile(join(model, 'vocab.txt'), `${[...special, ...words].join('\n')}\n`);
      // The first opens the panel.
      const texts = Array.from({ length: 1 + Math.min(mostTexts, context.runs) }, () => textOf(words, random));
      await writeFile(join(workspace, textsFile), `${texts.join('\n')}\n`);
      return measurementsOf(await watch(model, workspace));
    });
  },
};

async function watch(model: string, workspace: string): Promise<readonly SeenMap[]> {
  let slow: SlowLink | undefined;
  let opened: (page: Page) => void = () => undefined;
  const watcher = new LinkWatcher(new Promise(resolve => (opened = resolve)), () => slow);
  try {
    await using requests = await serveRequests(line => watcher.take(line));
    await using workbench = await openWorkbench({
      workspace,
      testsEntry: await bundleForVsCode('extension/test/measure-link.ts'),
      env: { [harnessVariable]: requests.address, [modelVariable]: model },
      settings: { 'editor.wordWrap': 'on' },
      viewport: { width: 1920, height: 1080 },
      through: async port => (slow = await openSlowLink(port, link)).port,
    });
    opened(workbench.page);
    return await watcher.ended;
  } finally {
    await slow?.[Symbol.asyncDispose]();
  }
}

function measurementsOf(seen: readonly SeenMap[]): Measurement[] {
  const name = `${sizes.positions} tokens over ${link.megabitsPerSecond} Mbit/s, ${link.eachWay} ms each way`;
  return [
    { name: `${name}: first paint`, unit: 'ms', values: seen.map(({ painted }) => painted), limit: { kind: 'budget', most: 1_000, of: 'p95' } },
    { name: `${name}: until then over the link`, unit: 'KB', values: seen.map(({ bytes }) => bytes / 1e3), limit: { kind: 'none' } },
    { name: `${name}: refined`, unit: 'ms', values: seen.map(({ refined }) => refined), limit: { kind: 'none' } },
    { name: `${name}: in all over the link`, unit: 'KB', values: seen.map(({ bytesInAll }) => bytesInAll / 1e3), limit: { kind: 'none' } },
  ];
}

/** Two to four syllables: as long as words are, none like another. */
function wordOf(random: Random): string {
  const pick = (letters: string): string => letters[Math.floor(random.uniform() * letters.length)] ?? '';
  return Array.from({ length: 2 + Math.floor(random.uniform() * 3) }, () => pick('bdfgklmnprstvz') + pick('aeiou')).join('');
}

/** As many words as the model takes beside `[CLS]` and `[SEP]`. */
function textOf(words: readonly string[], random: Random): string {
  return Array.from({ length: sizes.positions - 2 }, () => words[Math.floor(random.uniform() * words.length)]).join(' ');
}

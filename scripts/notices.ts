/** The licences of other people's code that our bundles carry. */
import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { underRoot } from './root.ts';

const manifest = z.object({ name: z.string(), version: z.string(), license: z.string().optional() });

/**
 * One notice for each package, in alphabetical order: its name, version and licence, and the licence's text where the
 * package has one; some say it in that text alone.
 *
 * @param files what was bundled or copied, relative to the project.
 */
export function thirdPartyNotices(files: readonly string[]): string {
  const folders = new Set(files.flatMap(file => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []));
  const notices = [...folders].sort().map(folder => {
    const { name, version, license } = manifest.parse(JSON.parse(readFileSync(underRoot(folder, 'package.json'), 'utf8')));
    const texts = readdirSync(underRoot(folder)).filter(file => /^(licen[cs]e|notice|copying)/i.test(file));
    const text = texts.map(file => readFileSync(underRoot(folder, file), 'utf8').trim()).join('\n\n');
    if (license === undefined && text === '') throw new Error(`${name} ${version} does not say under which licence it is.`);
    return `${name} ${version}${license === undefined ? '' : ` (${license})`}\n\n${text}`.trim();
  });
  return `Attention Scope contains these works of others.\n\n${notices.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

/** The letters of golden pictures: of the font that comes with the project's packages, the same on every machine. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../chromium.ts';
import type { Theme } from './themes.ts';

const family = 'Arimo';
const faces = [['400', '400Regular'], ['600', '600SemiBold'], ['700', '700Bold']] as const;

/** A browser that draws letters as their font says, in grey, whatever the machine's settings are. */
export function launchPlainly(executablePath: string): Promise<Browser> {
  const settings = fileURLToPath(new URL('golden-fonts.conf', import.meta.url));
  return launchChromium(executablePath, ['--font-render-hinting=none', '--disable-lcd-text'], { FONTCONFIG_FILE: settings });
}

export async function loadFont(page: Page): Promise<void> {
  for (const [weight, name] of faces) {
    const base64 = readFileSync(fileURLToPath(import.meta.resolve(`@expo-google-fonts/arimo/${name}/Arimo_${name}.ttf`))).toString('base64');
    await page.evaluate(addFace, { of: family, weight, base64 });
  }
  // Letters stand where the font says, not on whole pixels, which depends on the browser's make.
  await page.evaluate(() => document.body.style.setProperty('text-rendering', 'geometricPrecision'));
}

export function withFont(theme: Theme): Theme {
  return { ...theme, variables: { ...theme.variables, 'font-family': family, 'editor-font-family': family } };
}

/** Runs in the page. */
async function addFace({ of, weight, base64 }: { readonly of: string; readonly weight: string; readonly base64: string }): Promise<void> {
  const bytes = Uint8Array.from(atob(base64), letter => letter.charCodeAt(0));
  document.fonts.add(await new FontFace(of, bytes, { weight }).load());
}

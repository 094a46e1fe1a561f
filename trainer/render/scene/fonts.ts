/** Which letters can be said in which font: the one that every reader of PDF has, or one of this machine that is taken along. */
import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { create, type Font } from 'fontkit';
import { graphemesOf } from '../display-width.ts';

/** A font of this machine. */
export interface Face {
  /** By which it is found in a file of several; a file of one is not asked by name. */
  readonly name: string | undefined;
  readonly bytes: Uint8Array;
}

/** A stretch of a text in one font; `undefined` is Helvetica, which is not taken along. */
export interface Run {
  readonly text: string;
  readonly face: Face | undefined;
}

const home = homedir();
/** Where fontconfig, macOS and Windows look. */
const usualFolders: readonly string[] = process.platform === 'win32'
  ? [join(process.env['SystemRoot'] ?? 'C:\\Windows', 'Fonts')]
  : process.platform === 'darwin'
    ? [join(home, 'Library/Fonts'), '/Library/Fonts', '/System/Library/Fonts']
    : [join(home, '.local/share/fonts'), join(home, '.fonts'), '/usr/local/share/fonts', '/usr/share/fonts'];

/** Upright fonts for running text, those of many scripts first; pictures in colour are not vectors. */
const preferred = [/^notosans-regular|^notosans\[/i, /^dejavusans\./i, /^arial( unicode)?\./i, /^(liberation|segoe|free).*\b(regular|ui|sans)\./i, /^notosans(?!.*mono)/i, /^noto/i];
const unwanted = /bold|italic|oblique|black|light|thin|condensed|emoji|mono|icon/i;
const mostFiles = 2000;
/** As many are read at most until a letter is given up. */
const mostFaces = 80;
const mostBytes = 64 << 20;

/** Letters of the encoding that Helvetica is used with. */
const winAnsi = /^[ -~\u00a0-\u00ff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]+$/u;
/** What says how the letter before it looks, and is no letter. */
const selectors = /[\u200d\ufe00-\ufe0f]/gu;

export class Fonts {
  readonly #found = new Map<string, Face | undefined>();
  readonly #opened: { readonly face: Face; readonly font: Font }[] = [];
  readonly #missing = new Set<string>();
  #files: string[] | undefined;

  constructor(private readonly folders: readonly string[] = usualFolders) {}

  /** Letters that no font had; they are written as question marks. */
  get missing(): readonly string[] {
    return [...this.#missing];
  }

  async runsOf(text: string): Promise<Run[]> {
    const runs: Run[] = [];
    for (const grapheme of graphemesOf(text)) {
      const face = winAnsi.test(grapheme) ? undefined : await this.#faceOf(grapheme);
      const written = this.#missing.has(grapheme) ? '?' : grapheme;
      const last = runs.at(-1);
      if (last !== undefined && last.face === face) runs[runs.length - 1] = { text: last.text + written, face };
      else runs.push({ text: written, face });
    }
    return runs;
  }

  async #faceOf(grapheme: string): Promise<Face | undefined> {
    if (!this.#found.has(grapheme)) {
      const face = await this.#search(Array.from(grapheme.replace(selectors, ''), letter => letter.codePointAt(0) ?? 0));
      if (face === undefined) this.#missing.add(grapheme);
      this.#found.set(grapheme, face);
    }
    return this.#found.get(grapheme);
  }

  async #search(letters: readonly number[]): Promise<Face | undefined> {
    const hasAll = ({ font }: { readonly font: Font }): boolean => letters.every(letter => font.hasGlyphForCodePoint(letter));
    const known = this.#opened.find(hasAll);
    if (known !== undefined) return known.face;
    this.#files ??= await fontFiles(this.folders);
    while (this.#opened.length < mostFaces) {
      const file = this.#files.shift();
      if (file === undefined) return undefined;
      const opened = await open(file);
      this.#opened.push(...opened);
      const found = opened.find(hasAll);
      if (found !== undefined) return found.face;
    }
    return undefined;
  }
}

/** The font of a file, or the first of several; none where it cannot be read. */
async function open(file: string): Promise<{ readonly face: Face; readonly font: Font }[]> {
  try {
    const bytes = await readFile(file);
    if (bytes.length > mostBytes) return [];
    const read = create(bytes);
    if (!('fonts' in read)) return [{ font: read, face: { name: undefined, bytes } }];
    const [first] = read.fonts;
    return first === undefined ? [] : [{ font: first, face: { name: first.postscriptName, bytes } }];
  } catch {
    return [];
  }
}

async function fontFiles(folders: readonly string[]): Promise<string[]> {
  const files: { readonly path: string; readonly rank: number }[] = [];
  for (const folder of folders) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((): Dirent[] => []);
    for (const { name, parentPath } of entries.slice(0, mostFiles)) {
      if (!/\.(ttf|otf|ttc|otc)$/i.test(name) || unwanted.test(name)) continue;
      const rank = preferred.findIndex(pattern => pattern.test(name));
      files.push({ path: join(parentPath, name), rank: rank < 0 ? preferred.length : rank });
    }
  }
  return files.sort((one, other) => one.rank - other.rank || one.path.localeCompare(other.path)).map(({ path }) => path);
}

/** Which letters can be said in which font: the usual one, the one that is carried along, or one of this machine. */
import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { create, type Font } from 'fontkit';
import { graphemesOf } from '../display-width.ts';
import { carriedFont } from './carried-font.ts';

/** A font that was found. */
export interface Face {
  /** By which it is found in a file of several; a file of one is not asked by name. */
  readonly name: string | undefined;
  readonly bytes: Uint8Array;
  readonly font: Font;
}

/** A stretch of a text in one font; `undefined` is the usual one: Helvetica in a PDF, and in pixels the carried one, which looks alike. */
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

/** Letters of the encoding that Helvetica is used with; the carried font has them all. */
const winAnsi = /^[ -~\u00a0-\u00ff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]+$/u;
/** What says how the letter before it looks, and is no letter. */
const selectors = /[\u200d\ufe00-\ufe0f]/gu;

export class Fonts {
  readonly #found = new Map<string, Face | undefined>();
  readonly #opened: Face[] = [];
  readonly #missing = new Set<string>();
  #files: string[] | undefined;
  #carried: Promise<Face> | undefined;

  constructor(private readonly folders: readonly string[] = usualFolders) {}

  /** Letters that no font had; they are written as question marks. */
  get missing(): readonly string[] {
    return [...this.#missing];
  }

  /** The font that is carried along. */
  carried(): Promise<Face> {
    return (this.#carried ??= carriedFont().then(bytes => faceOf(bytes)));
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
    const hasAll = ({ font }: Face): boolean => letters.every(letter => font.hasGlyphForCodePoint(letter));
    if (this.#opened.length === 0) this.#opened.push(await this.carried());
    const known = this.#opened.find(hasAll);
    if (known !== undefined) return known;
    this.#files ??= await fontFiles(this.folders);
    while (this.#opened.length < mostFaces) {
      const file = this.#files.shift();
      if (file === undefined) return undefined;
      const face = await open(file);
      if (face === undefined) continue;
      this.#opened.push(face);
      if (hasAll(face)) return face;
    }
    return undefined;
  }
}

/** The font of a file; none where it cannot be read. */
async function open(file: string): Promise<Face | undefined> {
  try {
    const bytes = await readFile(file);
    return bytes.length > mostBytes ? undefined : faceOf(bytes);
  } catch {
    return undefined;
  }
}

/** The only font in these bytes, or the first of several. @throws Error where there is none */
function faceOf(bytes: Uint8Array): Face {
  const read = create(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  if (!('fonts' in read)) return { font: read, name: undefined, bytes };
  const [first] = read.fonts;
  if (first === undefined) throw new Error('a collection without fonts');
  return { font: first, name: first.postscriptName, bytes };
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

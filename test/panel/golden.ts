/** Golden pictures: what was looked at and found right, in `test/golden/`. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { underRoot } from '../../scripts/root.ts';
import { compare, readPicture, steady, writePicture } from './pictures.ts';
import { pictures } from './session.ts';

/** `npm run golden` takes new pictures in place of comparing with those that there are. */
const isTaking = process.env['ATTENTION_SCOPE_GOLDEN'] === 'take';

export class GoldenPictures {
  readonly #folder: string;
  readonly #output: string;

  constructor(name: string) {
    this.#folder = underRoot('test', 'golden', name);
    this.#output = join(pictures, 'golden', name);
    rmSync(this.#output, { recursive: true, force: true });
    for (const folder of [this.#folder, this.#output]) mkdirSync(folder, { recursive: true });
  }

  /** Why what is seen isn't as it was, or nothing. @param look takes a picture of it, as a PNG */
  async differences(name: string, look: () => Promise<Uint8Array>): Promise<readonly string[]> {
    const file = `${name}.png`;
    const path = join(this.#folder, file);
    const golden = existsSync(path) ? readPicture(readFileSync(path)) : undefined;
    if (golden === undefined && !isTaking) return [`${name}: there is no golden picture of it. “npm run golden” takes one: look at it.`];
    if (golden !== undefined && compare(readPicture(await look()), golden) === undefined) return [];
    const actual = await steady(look);
    const found = golden === undefined ? undefined : compare(actual, golden);
    if (golden !== undefined && found === undefined) return [];
    if (isTaking) {
      writeFileSync(path, writePicture(actual));
      return [];
    }
    const [seen, difference] = [join(this.#output, file), join(this.#output, `${name}-difference.png`)];
    writeFileSync(seen, writePicture(actual));
    if (found !== undefined) writeFileSync(difference, writePicture(found.picture));
    return [`${name} looks otherwise than in test/golden: ${found?.said ?? ''}. See ${seen} and ${difference}; if it is meant so, “npm run golden” keeps it.`];
  }

  /** Pictures of what there is no more; they are removed where new ones are taken. @param names of what there is */
  leftOver(names: readonly string[]): readonly string[] {
    const left = readdirSync(this.#folder).filter(file => !names.includes(file.replace(/\.png$/, '')));
    if (!isTaking) return left;
    for (const file of left) rmSync(join(this.#folder, file));
    return [];
  }
}

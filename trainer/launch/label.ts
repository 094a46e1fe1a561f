/** label.json: what people call a run, and what they tag it with (docs/run-directory.md). No training reads or writes it. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { Failure } from '../../protocol/failure.ts';
import type { LabelRunParams } from '../../protocol/runs.ts';
import { writeFileAtomically } from '../files/atomic.ts';
import { labelName } from '../runs/label.ts';
import { parseJson } from '../text/parse-json.ts';
import { inTurn } from './in-turn.ts';

/** Kept as it is: what others have put there too. */
const schema = z.looseObject({ name: z.string().optional(), tags: z.array(z.string()).optional() });

/** Names or tags that are left out stay as they are; an empty name is none. @throws Failure `bad-argument`, `no-such-file`, `disk-full` */
export async function labelRun({ folder, name, tags }: LabelRunParams): Promise<void> {
  const isFolder = await stat(folder).then(found => found.isDirectory(), () => undefined);
  if (isFolder === undefined) throw new Failure('no-such-file', `There is no run ${folder}.`, 'It may have been moved or removed.');
  if (!isFolder) {
    throw new Failure('bad-argument', `${folder} is a single file, and a label is kept in a run's folder.`, 'Put the file into a folder of its own.');
  }
  const file = join(folder, labelName);
  await inTurn(file, async () => {
    const { name: oldName, tags: oldTags, ...rest } = schema.safeParse(parseJson(await readFile(file, 'utf8').catch(() => ''))).data ?? {};
    const newName = name === undefined ? oldName : name.trim();
    const newTags = tags === undefined ? oldTags : [...new Set(tags.map(tag => tag.trim()).filter(tag => tag !== ''))];
    const label = {
      ...rest,
      ...(newName !== undefined && newName !== '' && { name: newName }),
      ...(newTags !== undefined && newTags.length > 0 && { tags: newTags }),
    };
    await writeFileAtomically(file, `${JSON.stringify(label, undefined, 2)}\n`);
  });
}

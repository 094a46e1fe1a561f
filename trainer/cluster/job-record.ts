/** job.json in the folder of a run, or of a sweep: which job of which cluster it is. */
import * as z from 'zod';
import { parseJson } from '../text/parse-json.ts';

export const jobRecordName = 'job.json';

const schema = z.object({
  format: z.literal('attention-scope-job'),
  formatVersion: z.literal(1),
  target: z.string(),
  job: z.string().regex(/^\d{1,18}$/),
  submitted: z.iso.datetime(),
  /** How many runs it has, of a sweep. */
  tasks: z.int().min(1).optional(),
});
export type JobRecord = z.infer<typeof schema>;

/** @returns nothing where the text is no record of a job */
export function parseJobRecord(text: string): JobRecord | undefined {
  return jobRecordOf(parseJson(text));
}

/** @returns nothing where the JSON is none */
export function jobRecordOf(json: unknown): JobRecord | undefined {
  return schema.safeParse(json).data;
}

/** Its text, in one line; the job's number is known only to the shell that writes it. */
export function jobRecordAround({ target, submitted, tasks }: Omit<JobRecord, 'format' | 'formatVersion' | 'job'>): { readonly before: string; readonly after: string } {
  const text = JSON.stringify({ format: 'attention-scope-job', formatVersion: 1, target, ...(tasks !== undefined && { tasks }), submitted, job: '' } satisfies JobRecord);
  return { before: text.slice(0, -2), after: text.slice(-2) };
}

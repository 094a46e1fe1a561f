/** A training config of a model that replies: `"task": "dialogue"`. */
import * as z from 'zod';
import { type DialogueSource, dialogueSourceSchema } from '../../corpora/dialogues.ts';
import { language, naming, provenance, split } from '../../training/common-config.ts';
import { locate } from '../../training/locate.ts';
import { checkPositions, sequenceTraining, translatorModel } from '../translation/config.ts';

const sources = z.union([dialogueSourceSchema, z.array(dialogueSourceSchema).min(1).max(100)]).transform(given => [given].flat());

const dataSchema = z.strictObject({
  /** One source of conversations, or several. */
  train: sources,
  /** Conversations of their own to validate and to test with; without them both are held out of `train`, as `split` says. */
  validation: sources.optional(),
  test: sources.optional(),
  ...provenance,
});

export const dialogueSchema = z
  .strictObject({
    ...naming,
    task: z.literal('dialogue'),
    language,
    data: dataSchema,
    /** How many turns before a reply are read. */
    history: z.int().min(1).max(20).default(3),
    /** Held out: how many conversations. */
    split: split.optional(),
    vocabulary: z.strictObject({ size: z.int().min(300).max(64_000) }),
    model: translatorModel,
    training: z.strictObject({
      ...sequenceTraining,
      // Two replies are not a longer one, and no words of theirs are another's.
      join: z.literal(0).default(0),
      guidedAlignment: z.literal(0).default(0),
    }),
  })
  .refine(({ data, split: held }) => held !== undefined || (data.validation !== undefined && data.test !== undefined), {
    path: ['split'],
    error: 'expected, since "data" names no conversations of its own for both validation and test',
  })
  .superRefine(checkPositions);

export type DialogueConfig = z.infer<typeof dialogueSchema>;

/** Where a config's conversations lie on this machine. */
export interface DialogueSources {
  readonly train: readonly DialogueSource[];
  readonly validation: readonly DialogueSource[] | undefined;
  readonly test: readonly DialogueSource[] | undefined;
}

/** @throws Failure `no-such-file` */
export async function dialogueSourcesOf({ data }: Pick<DialogueConfig, 'data'>, config: string): Promise<DialogueSources> {
  const located = (given: readonly DialogueSource[]): Promise<DialogueSource[]> =>
    Promise.all(given.map(async source => ({ ...source, file: await locate(source.file, config) })));
  return {
    train: await located(data.train),
    validation: data.validation && (await located(data.validation)),
    test: data.test && (await located(data.test)),
  };
}

/** The files that a config's conversations come from, as it names them. */
export function filesOf({ data }: Pick<DialogueConfig, 'data'>): string[] {
  return [data.train, data.validation, data.test].flatMap(given => (given ?? []).map(({ file }) => file));
}

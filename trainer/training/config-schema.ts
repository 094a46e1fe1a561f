/** The JSON schema of configs, by which editors complete, explain and check them. Made of the schemas that trainings check them by. */
import * as z from 'zod';
import type { Task } from '../../protocol/server.ts';
import { trainingSchema } from './config.ts';
import { describeKey } from './config-keys.ts';

/** Draft 7: what VS Code's JSON support knows best. Keys that begin with a capital or are none of its, VS Code's own. */
export interface JsonSchema {
  readonly [key: string]: unknown;
  type?: unknown;
  description?: string;
  patternErrorMessage?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema | readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
}

/** Where VS Code looks for it: package.json names it. */
export const schemaFile = 'attention-config.schema.json';

export function configSchema(): JsonSchema {
  const tasks = trainingSchema.options.map(option => ofTask(option.shape.task.value, option));
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'A training of Attention Scope',
    type: 'object',
    required: ['task'],
    properties: { task: { enum: tasks.map(({ task }) => task), description: describeKey('translation', 'task') ?? '' } },
    // A branch a task: without one that fits, an editor offers the keys of all.
    anyOf: tasks.map(({ schema }) => schema),
  };
}

function ofTask(task: Task, option: z.ZodType): { readonly task: Task; readonly schema: JsonSchema } {
  const schema = jsonSchemaOf(option);
  for (const { key, schema: one } of keysOf(schema)) {
    const description = describeKey(task, key);
    if (description !== undefined) one.description = description;
  }
  return { task, schema };
}

function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...made } = z.toJSONSchema(schema, {
    target: 'draft-07',
    io: 'input', // as people write it: what has a default may be left out
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      // What brings former names up to date takes everything; what comes of it is what one writes now.
      if (zodSchema._zod.def.type === 'pipe' && zodSchema instanceof z.ZodPipe && zodSchema.def.in instanceof z.ZodTransform) {
        Object.assign(jsonSchema, jsonSchemaOf(zodSchema.def.out as z.ZodType));
      }
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      const expected = jsonSchema.pattern !== undefined && zodSchema instanceof z.ZodString ? refusalOf(zodSchema) : undefined;
      if (expected !== undefined) Object.assign(jsonSchema, { patternErrorMessage: `${expected.charAt(0).toUpperCase()}${expected.slice(1)}.` });
    },
  });
  return made as JsonSchema;
}

/** What a text is told that is not of the form wanted. */
function refusalOf(schema: z.ZodString): string | undefined {
  return schema.safeParse('?').error?.issues[0]?.message;
}

/** Every key of a schema, by its names from the top; places in lists, and alternatives, have the names of what they are of. */
export function keysOf(schema: JsonSchema, above = ''): { readonly key: string; readonly schema: JsonSchema }[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, one]) => {
    const key = above === '' ? name : `${above}.${name}`;
    return [{ key, schema: one }, ...keysOf(one, key)];
  });
  const parts = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? []), ...[schema.items ?? []].flat()];
  return [...own, ...parts.flatMap(part => keysOf(part as JsonSchema, above))];
}

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { productRoot } from '../files/root.ts';
import { describedKeys } from './config-keys.ts';
import { configSchema, type JsonSchema, keysOf } from './config-schema.ts';
import { trainingSchema } from './config.ts';

const schema = configSchema();
const branches = new Map(schema.anyOf?.map(branch => [String(branch.properties?.['task']?.['const']), branch]));

test('every key is explained, and nothing is explained that is no key', () => {
  const silent = [...branches].flatMap(([task, branch]) => keysOf(branch).filter(({ schema: one }) => one.description === undefined).map(({ key }) => `${task}: ${key}`));
  expect([...new Set(silent)]).toEqual([]);
  const known = new Map([...branches].map(([task, branch]) => [task, new Set(keysOf(branch).map(({ key }) => key))]));
  const stale = describedKeys().filter(({ task, key }) => (task === undefined ? ![...known.values()].some(keys => keys.has(key)) : known.get(task)?.has(key) !== true));
  expect(stale.map(({ task, key }) => `${task ?? 'all'}: ${key}`)).toEqual([]);
});

test('a branch for each task, each key of which may be missing where it has a default', () => {
  expect([...branches.keys()]).toEqual(trainingSchema.options.map(option => option.shape.task.value));
  const training = branches.get('translation')?.properties?.['training'];
  expect(training?.['required']).toEqual(['epochs', 'learningRate']);
  expect(training?.properties?.['dropout']).toMatchObject({ default: 0.2, maximum: 0.9 });
  expect(training?.properties?.['seed']).not.toHaveProperty('maximum');
  expect(training?.['additionalProperties']).toBe(false);
});

test('a text of the wrong form is told what is expected, not the pattern', () => {
  expect(branches.get('translation')?.properties?.['name']).toMatchObject({ pattern: expect.any(String), patternErrorMessage: 'Expected a short name such as "en-fr": lower-case letters, digits, ".", "_", "-".' });
});

describe('what it admits', () => {
  const folders = ['media/models', 'docs/experiments'];

  test('the configs of this project', async () => {
    const files = (await Promise.all(folders.map(async folder => (await readdir(join(productRoot, folder))).filter(name => name.endsWith('.attention.json')).map(name => join(productRoot, folder, name))))).flat();
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) expect([file, admits(schema, JSON.parse(await readFile(file, 'utf8')))]).toEqual([file, true]);
  });

  test('not one with a key that is none, another type or a number out of bounds', async () => {
    const right = JSON.parse(await readFile(join(productRoot, 'media/models/en-fr.attention.json'), 'utf8'));
    for (const training of [{ ...right.training, epoch: 3 }, { ...right.training, epochs: '3' }, { ...right.training, dropout: 1 }]) expect(admits(schema, { ...right, training })).toBe(false);
    expect(admits(schema, { ...right, model: { kind: 'recurrent' } })).toBe(false);
  });
});

/** As much of draft 7 as the schema is made of. */
function admits(one: JsonSchema, value: unknown): boolean {
  const types = { object: typeof value === 'object' && value !== null && !Array.isArray(value), array: Array.isArray(value), string: typeof value === 'string', number: typeof value === 'number', integer: Number.isInteger(value), boolean: typeof value === 'boolean' };
  if (typeof one.type === 'string' && !types[one.type as keyof typeof types]) return false;
  if ('const' in one && one['const'] !== value) return false;
  if (Array.isArray(one['enum']) && !one['enum'].includes(value)) return false;
  if (typeof value === 'number' && (value < Number(one['minimum'] ?? -Infinity) || value > Number(one['maximum'] ?? Infinity))) return false;
  if (typeof value === 'number' && (value <= Number(one['exclusiveMinimum'] ?? -Infinity) || value >= Number(one['exclusiveMaximum'] ?? Infinity))) return false;
  if (typeof value === 'string' && !new RegExp(String(one['pattern'] ?? ''), 'u').test(value)) return false;
  if (Array.isArray(value)) {
    const { items } = one;
    if (items !== undefined && !value.every((item, index) => admits((Array.isArray(items) ? items[index] : items) ?? {}, item))) return false;
  } else if (typeof value === 'object' && value !== null) {
    if (!((one['required'] ?? []) as string[]).every(key => key in value)) return false;
    for (const [key, item] of Object.entries(value)) {
      const property = one.properties?.[key];
      if (property !== undefined ? !admits(property, item) : one['additionalProperties'] === false) return false;
    }
  }
  if (one.anyOf !== undefined && !one.anyOf.some(branch => admits(branch, value))) return false;
  if (one.oneOf !== undefined && one.oneOf.filter(branch => admits(branch, value)).length !== 1) return false;
  return one.allOf?.every(branch => admits(branch, value)) ?? true;
}

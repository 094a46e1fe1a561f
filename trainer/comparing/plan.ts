/** What a comparison trains and scores: a config and a run for each model and seed. */
import { isAbsolute, dirname, join, relative, resolve } from 'node:path';
import { readManifest } from '../checkpoints/open.ts';
import type { TranslationConfig } from '../tasks/translation/config.ts';
import { parseConfig } from '../training/config.ts';
import { locate } from '../training/locate.ts';
import { withOverrides } from './overrides.ts';
import { badSpec, type ComparisonSpec } from './spec.ts';

export interface PlannedRun {
  /** Names the run's folder, its config and its model. */
  readonly name: string;
  readonly seed: number;
  /** Of the run. */
  readonly folder: string;
  readonly config: TranslationConfig;
  /** Where the config is written, from where it names the same data as the base does. */
  readonly configFile: string;
}

/** A model to be trained, once with each seed, or one that is there already. */
export type PlannedModel =
  | { readonly kind: 'trained'; readonly name: string; readonly runs: readonly PlannedRun[] }
  | { readonly kind: 'given'; readonly name: string; readonly folder: string };

export interface ComparisonPlan {
  /** The test set is that of this one. */
  readonly base: TranslationConfig;
  readonly models: readonly PlannedModel[];
}

/**
 * @throws Failure `bad-config` naming the model whose config is wrong or whose languages are others, `no-such-file` for
 *   data that are not there, `unknown-model` or `broken-model` for a folder without a model
 */
export async function planComparison(spec: ComparisonSpec): Promise<ComparisonPlan> {
  const base = translationOf({ name: spec.name, ...spec.base }, spec.baseFile);
  const models: PlannedModel[] = [];
  for (const { name, set, model } of spec.models) {
    if (model !== undefined) {
      models.push({ kind: 'given', name, folder: await givenModel(resolve(dirname(spec.file), model), name, base) });
      continue;
    }
    const runs: PlannedRun[] = [];
    for (const seed of spec.seeds ?? [undefined]) runs.push(await planRun(spec, name, set ?? {}, seed));
    models.push({ kind: 'trained', name, runs });
  }
  return { base, models };
}

async function planRun(spec: ComparisonSpec, model: string, set: Readonly<Record<string, unknown>>, seed: number | undefined): Promise<PlannedRun> {
  const name = seed === undefined ? model : `${model}-${seed}`;
  const own = { ...set, ...(seed === undefined ? {} : { 'training.seed': seed }) };
  const config = translationOf({ ...withOverrides(spec.base, own), name }, `${spec.file}, model "${model}"`);
  const configFile = join(spec.out, 'configs', `${name}.attention.json`);
  return {
    name,
    seed: config.training.seed,
    folder: join(spec.out, 'runs', name),
    config: { ...config, data: await seenFrom(config.data, spec.baseFile, configFile) },
    configFile,
  };
}

function translationOf(json: unknown, place: string): TranslationConfig {
  const config = parseConfig(json, place);
  if (config.task === 'translation') return config;
  throw badSpec(`${place} cannot be used: "task": expected "translation" (found "${config.task}").`);
}

/** The folder, once it is known to hold a model that translates what the others do. */
async function givenModel(path: string, name: string, { languages }: TranslationConfig): Promise<string> {
  const { folder, manifest } = await readManifest(path);
  if (manifest.task !== 'translation') throw badSpec(`The model "${name}" is for ${manifest.task}; one for translation was expected.`);
  const found = `${manifest.languages.source} → ${manifest.languages.target}`;
  const expected = `${languages.source} → ${languages.target}`;
  if (found !== expected) throw badSpec(`The model "${name}" translates ${found}; "base" asks for ${expected}.`);
  return folder;
}

type Data = TranslationConfig['data'];

/** The same files, named so that they are found from another config too. */
async function seenFrom(data: Data, from: string, to: string): Promise<Data> {
  const name = async (file: string): Promise<string> => {
    if (isAbsolute(file)) return file;
    const there = await locate(file, from);
    // What lies in the folder of all data is found from everywhere, and keeps its name when the report is moved.
    const isEverywhere = (await locate(file, to).catch(() => undefined)) === there;
    return isEverywhere ? file : relative(dirname(to), there);
  };
  const { validation, test } = data;
  const links = data.links === undefined ? {} : { links: await name(data.links) };
  if (data.format === 'tsv') {
    return {
      ...data,
      ...links,
      file: await name(data.file),
      ...(data.validation !== undefined && { validation: await name(data.validation) }),
      ...(data.test !== undefined && { test: await name(data.test) }),
    };
  }
  const pair = async (names: { readonly source: string; readonly target: string }): Promise<{ source: string; target: string }> => ({
    source: await name(names.source),
    target: await name(names.target),
  });
  return {
    ...data,
    ...links,
    ...(await pair(data)),
    ...(typeof validation === 'object' && { validation: await pair(validation) }),
    ...(typeof test === 'object' && { test: await pair(test) }),
  };
}

/** Which models there are: those in `media/models/`, and those in folders that the user names. */
import { existsSync } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import type { ModelInfo } from '../../protocol/server.ts';
import { manifestName, type Manifest } from '../checkpoints/manifest.ts';
import { readManifest } from '../checkpoints/open.ts';
import { productRoot } from '../files/root.ts';
import { summaryOf } from './summary.ts';

export const bundledFolder: string = join(productRoot, 'media', 'models');

/** The model that is used when none is named. */
export const defaultModel = 'en-fr';

export interface Catalog {
  readonly models: readonly ModelInfo[];
  /** Folders that ought to hold a model and do not, and what is wrong with them. */
  readonly problems: readonly { readonly folder: string; readonly failure: Failure }[];
}

/**
 * Lists the bundled models and those in `folders`; a folder may be a model itself or hold models, ours or of others, or be a file
 * that is a model. A broken one is a problem in the list, not an error: the others still work.
 */
export async function listModels(folders: readonly string[] = [], bundled = bundledFolder): Promise<Catalog> {
  const models: ModelInfo[] = [];
  const problems: { folder: string; failure: Failure }[] = [];
  const seen = new Set<string>();
  const add = async (folder: string, origin: ModelInfo['origin']): Promise<void> => {
    try {
      const found = await readManifest(folder);
      if (seen.has(found.folder)) return;
      seen.add(found.folder);
      models.push(modelInfo(found.folder, found.manifest, origin));
    } catch (thrown) {
      problems.push({ folder, failure: Failure.from(thrown) });
    }
  };
  const addForeign = async (path: string): Promise<void> => {
    if (seen.has(path)) return;
    seen.add(path);
    try {
      const { foreignModels } = await foreign();
      models.push(...(await foreignModels(path)));
    } catch (thrown) {
      problems.push({ folder: path, failure: Failure.from(thrown) });
    }
  };
  for (const folder of await modelFolders(bundled)) await add(folder, 'bundled');
  for (const parent of folders) {
    if (!existsSync(join(parent, manifestName)) && (await isForeign(parent))) {
      await addForeign(parent);
      continue;
    }
    const inside = await modelFolders(parent);
    const others = await foreignFolders(parent);
    // With no model below, the folder itself is asked, so that its problem is told.
    for (const folder of inside.length + others.length > 0 ? inside : [parent]) await add(folder, 'folder');
    for (const folder of others) await addForeign(folder);
  }
  return { models, problems };
}

/**
 * The folder of a model that is named by its id or by its own folder, or its file. Only listed models are found by path: what
 * may be opened is decided by who gives `folders`.
 * @throws Failure `unknown-model`, naming what there is; `broken-model` when its manifest cannot be read
 */
export async function findModel(
  idOrFolder: string,
  folders: readonly string[] = [],
  bundled = bundledFolder,
): Promise<string> {
  const quick = await findDirectly(idOrFolder, folders, bundled);
  if (quick !== undefined) return quick;
  const { models, problems } = await listModels(folders, bundled);
  const byId = models.find(model => model.id === idOrFolder);
  if (byId !== undefined) return byId.folder;
  if (isAbsolute(idOrFolder)) {
    const real = await realpath(idOrFolder).catch(() => idOrFolder);
    const byFolder = models.find(model => relative(model.folder, real) === '');
    if (byFolder !== undefined) return byFolder.folder;
    const broken = problems.find(({ folder }) => relative(folder, idOrFolder) === '');
    if (broken !== undefined) throw broken.failure;
  }
  const known = models.map(model => model.id);
  throw new Failure(
    'unknown-model',
    `There is no model "${idOrFolder}"; ${known.length === 0 ? 'there is none at all' : `there are: ${known.join(', ')}`}.`,
    'Choose one of these, or name the folder of a model in the settings.',
  );
}

/** Most requests name a bundled model by its folder's name, or a listed folder: then no other model is looked at. */
async function findDirectly(idOrFolder: string, folders: readonly string[], bundled: string): Promise<string | undefined> {
  const isId = /^[a-z0-9][a-z0-9._-]*$/.test(idOrFolder);
  const isListed = folders.includes(idOrFolder) || folders.includes(dirname(idOrFolder));
  if (isListed && !existsSync(join(idOrFolder, manifestName)) && (await isForeign(idOrFolder))) return idOrFolder;
  const folder = isId ? join(bundled, idOrFolder) : isListed ? idOrFolder : undefined;
  if (folder === undefined || !existsSync(join(folder, manifestName))) return undefined;
  const found = await readManifest(folder).catch(() => undefined);
  return found !== undefined && (!isId || found.manifest.id === idOrFolder) ? found.folder : undefined;
}

/** `folder` if it is a model, else those of its children that are. */
async function modelFolders(folder: string): Promise<string[]> {
  if (existsSync(join(folder, manifestName))) return [folder];
  const names = await readdir(folder).catch((): string[] => []);
  return names
    .sort()
    .map(name => join(folder, name))
    .filter(child => existsSync(join(child, manifestName)));
}

/** The code that knows models of others is loaded with the first folder that may hold one. */
const foreign = (): Promise<typeof import('../foreign/list.ts')> => import('../foreign/list.ts');
const isForeign = async (path: string): Promise<boolean> => (await foreign()).isForeign(path);

/** Those of a folder's children that are folders of models of others. */
async function foreignFolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (!entry.isFile() && !existsSync(join(path, manifestName)) && (await isForeign(path))) found.push(path);
  }
  return found.sort();
}

function modelInfo(folder: string, manifest: Manifest, origin: ModelInfo['origin']): ModelInfo {
  const { source, target } = languagesOf(manifest);
  return {
    id: origin === 'bundled' ? manifest.id : folder,
    name: manifest.name,
    origin,
    folder,
    task: manifest.task,
    sourceLanguage: source,
    targetLanguage: target,
    summary: `${summaryOf(manifest.architecture)}, ${manifest.precision}`,
  };
}

function languagesOf(manifest: Manifest): { readonly source: string; readonly target: string } {
  if ('languages' in manifest) return manifest.languages;
  const language = 'language' in manifest ? manifest.language : '';
  return { source: language, target: language };
}

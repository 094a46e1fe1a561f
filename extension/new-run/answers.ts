/** What was answered on the way to a new run: remembered, so that going back or coming again asks for nothing twice. */
import { modelSizes, type ModelSize } from '../../protocol/config.ts';
import { type Task, tasks } from '../../protocol/server.ts';

export interface Answers {
  readonly task?: Task;
  /** Absolute. */
  readonly files?: readonly string[];
  /** How the files are read, by the reading's id. */
  readonly reading?: string;
  readonly roles?: Readonly<Record<string, number>>;
  readonly languages?: readonly string[];
  readonly name?: string;
  readonly size?: ModelSize;
}

/** What a memento gave back, whoever wrote it there: an older version, perhaps. */
export function answersFrom(value: unknown): Answers {
  if (typeof value !== 'object' || value === null) return {};
  const of = (key: keyof Answers): unknown => Reflect.get(value, key);
  const task = tasks.find(one => one === of('task'));
  const size = modelSizes.find(one => one === of('size'));
  const files = strings(of('files'));
  const languages = strings(of('languages'));
  const roles = of('roles');
  return {
    ...(task !== undefined && { task }),
    ...(files !== undefined && { files }),
    ...(typeof of('reading') === 'string' && { reading: String(of('reading')) }),
    ...(typeof roles === 'object' && roles !== null && { roles: Object.fromEntries(Object.entries(roles).filter(([, column]) => Number.isInteger(column))) }),
    ...(languages !== undefined && { languages }),
    ...(typeof of('name') === 'string' && { name: String(of('name')) }),
    ...(size !== undefined && { size }),
  };
}

function strings(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.length > 0 && value.every(item => typeof item === 'string') ? value : undefined;
}

/** Other data are read and called otherwise. */
export function withFiles(answers: Answers, files: readonly string[]): Answers {
  if (answers.files !== undefined && answers.files.length === files.length && files.every((file, index) => file === answers.files?.[index])) return answers;
  const { reading: _reading, roles: _roles, languages: _languages, name: _name, ...kept } = answers;
  return { ...kept, files };
}

/** Another task is taught by other data. */
export function withTask(answers: Answers, task: Task): Answers {
  return answers.task === task ? answers : { task };
}

const tag = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;
const tagInName = /(?:^|[-_.])([a-z]{2})(?=[-_.]|$)/g;
/** Names of corpora call languages by three letters. */
const byThree: Readonly<Record<string, string>> = {
  eng: 'en', fra: 'fr', deu: 'de', spa: 'es', ita: 'it', por: 'pt', nld: 'nl', rus: 'ru', cmn: 'zh', zho: 'zh', jpn: 'ja', kor: 'ko', tur: 'tr', pol: 'pl', ces: 'cs', swe: 'sv', dan: 'da', fin: 'fi', ukr: 'uk', ara: 'ar',
};
/** Endings that are two letters, but no languages. */
const noLanguages: ReadonlySet<string> = new Set(['gz', 'js', 'ts', 'md', 'my']);

/** Languages as the names of files, and of the folders they lie in, tell them: "train.de" and "train.en", "fra-eng.tsv". */
export function guessLanguages(task: Task, files: readonly string[]): readonly string[] {
  const parts = files.map(file => file.toLowerCase().split(/[\\/]/));
  const named = parts.map(path => tagsIn(path.at(-1) ?? ''));
  const [first, second] = [...new Set([...named.flat(), ...parts.flatMap(path => tagsIn(path.at(-2) ?? ''))])];
  if (task !== 'translation') return [first ?? 'en'];
  if (files.length === 2) return [named[0]?.[0] ?? 'en', named[1]?.[0] ?? 'fr'];
  return [first ?? 'en', second ?? (first === undefined || first === 'en' ? 'fr' : 'en')];
}

function tagsIn(name: string): string[] {
  const two = [...name.replace(/\.gz$/, '').matchAll(tagInName)].map(([, found = '']) => found).filter(found => !noLanguages.has(found));
  return [...two, ...name.split(/[^a-z]+/).flatMap(part => byThree[part] ?? [])];
}

/** What is wrong with a language tag. */
export function tagProblem(text: string): string | undefined {
  return tag.test(text.trim()) ? undefined : 'A language tag such as "en", "fr" or "pt-BR".';
}

/** A run's name after the data's: lower-case, without what a folder's name should not have. */
export function nameAfter(files: readonly string[]): string {
  const base = files[0]?.split(/[\\/]/).at(-1) ?? '';
  const name = base.toLowerCase().replace(/\.(gz|tsv|csv|jsonl?|txt|ya?ml)\b/g, '').replace(/[^a-z0-9._-]+/g, '-').replace(/^[^a-z0-9]+|[-.]+$/g, '');
  return name.slice(0, 64) || 'my-model';
}

export function nameProblem(text: string): string | undefined {
  return /^[a-z0-9][a-z0-9._-]{0,63}$/.test(text) ? undefined : 'Lower-case letters, digits, ".", "_" and "-"; at most 64.';
}

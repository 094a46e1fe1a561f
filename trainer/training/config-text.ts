/** A config as it stands in an editor: its problems, and where in the text each is. */
import { isCollection, isMap, isScalar, parseDocument, type Node, type Pair } from 'yaml';
import type { ConfigProblem } from '../../protocol/config.ts';
import { parseJson } from '../text/parse-json.ts';
import { trainingSchema } from './config.ts';
import { fileProblems, type KeyPath, type KeyProblem, lonelyModelProblems, modelProblems, shapeProblems } from './config-problems.ts';

/** None of a text that is no JSON. @param file of the config, beside which relative corpora are looked for; without it none is */
export async function checkConfigText(text: string, file: string | undefined): Promise<ConfigProblem[]> {
  const json = parseJson(text.replace(/^\uFEFF/, ' '));
  if (json === undefined) return [];
  const parsed = trainingSchema.safeParse(json);
  const form = parsed.success ? modelProblems(parsed.data) : [...shapeProblems(parsed.error), ...modelProblemsIn(json)];
  const problems = [...form, ...(file === undefined ? [] : await fileProblems(json, file))];
  if (problems.length === 0) return [];
  const place = placesIn(text);
  return problems.map(problem => ({
    path: problem.path,
    message: messageOf(problem),
    severity: 'error',
    ...place(problem),
    inSchema: problem.inSchema,
  }));
}

/** An architecture is looked at though other keys are wrong still: who writes wants to hear of both. */
function modelProblemsIn(json: unknown): KeyProblem[] {
  if (typeof json !== 'object' || json === null) return [];
  const option = trainingSchema.options.find(({ shape }) => shape.task.value === Reflect.get(json, 'task'));
  const model = option?.shape.model.safeParse(Reflect.get(json, 'model'));
  return model?.success === true ? lonelyModelProblems(model.data) : [];
}

function messageOf({ path, message, isKey }: KeyProblem): string {
  if (isKey) return `"${path.join('.')}" ${message}.`;
  return `${message.replace(/^expected/, 'Expected').replace(/^there/, 'There')}${/[.!?]$/.test(message) ? '' : '.'}`;
}

interface Place {
  readonly start: number;
  readonly end: number;
}

/** JSON is YAML, and YAML's reader tells where everything stood. What is not there is told at what ought to hold it. */
function placesIn(text: string): (problem: Pick<KeyProblem, 'path' | 'isKey'>) => Place {
  const { contents } = parseDocument(text, { uniqueKeys: false, prettyErrors: false, logLevel: 'error' });
  return ({ path, isKey }) => {
    let node: Node | null | undefined = contents;
    let place = openingOf(contents, text);
    for (const [index, key] of path.entries()) {
      const pair = pairOf(node, key);
      node = pair === undefined ? itemOf(node, key) : nodeOf(pair.value);
      const holder = pair === undefined ? undefined : nodeOf(pair.key);
      if (holder === undefined && node === undefined) return place;
      const isLast = index === path.length - 1;
      place = isLast && !isKey && isScalar(node) ? rangeOf(node, text) : rangeOf(holder ?? node, text);
    }
    return place;
  };
}

function pairOf(node: Node | null | undefined, key: KeyPath[number]): Pair | undefined {
  if (!isMap(node)) return undefined;
  // Of a key that stands there twice JSON takes the last.
  return node.items.findLast(pair => isScalar(pair.key) && String(pair.key.value) === String(key));
}

function itemOf(node: Node | null | undefined, index: KeyPath[number]): Node | undefined {
  if (!isCollection(node) || isMap(node) || typeof index !== 'number') return undefined;
  return nodeOf(node.items[index]);
}

function nodeOf(value: unknown): Node | undefined {
  return isScalar(value) || isCollection(value) ? value : undefined;
}

function rangeOf(node: Node | undefined, text: string): Place {
  const [start, end] = node?.range ?? [0, 1];
  if (isCollection(node)) return openingOf(node, text);
  return { start, end: Math.max(start + 1, end) };
}

/** Of an object or a list only its bracket: what marks all of it hides what is wrong in it. */
function openingOf(node: Node | null, text: string): Place {
  const start = node?.range?.[0] ?? 0;
  return { start, end: Math.min(text.length, start + 1) };
}

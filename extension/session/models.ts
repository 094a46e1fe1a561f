import { Failure } from '../../protocol/failure.ts';
import type { ModelInfo, Task } from '../../protocol/server.ts';

/** What is done when nothing tells which model to use. */
export interface ModelChoice {
  /** The model that the settings name: an id or a folder; `undefined` where the user has chosen none. */
  readonly chosen: string | undefined;
  /** The model to take, if it is there, where none is chosen. */
  readonly preferred: string | undefined;
  /** Which models there are. */
  list(): Promise<readonly ModelInfo[]>;
  /** Lets the user choose among several; `undefined` when they would not. */
  ask(task: Task): Promise<string | undefined>;
}

/**
 * The model for a task: the chosen one; else the preferred one, or the only one there is; else the user is asked.
 * Throws `NoModel` when there is none, and `cancelled` when the user chooses none.
 */
export async function modelFor(task: Task, { chosen, preferred, list, ask }: ModelChoice): Promise<string> {
  if (chosen !== undefined) return chosen;
  const models = (await list()).filter(model => model.task === task);
  const [only, ...others] = models;
  if (only === undefined) throw new NoModel(task);
  const ours = models.find(({ id }) => id === preferred);
  if (ours !== undefined) return ours.id;
  if (others.length === 0) return only.id;
  const answer = await ask(task);
  if (answer === undefined) throw new Failure('cancelled', 'No model was chosen.', 'Ask again when you want it.');
  return answer;
}

/** There is no model for a task: the user is told how to come by one. */
export class NoModel extends Failure {
  constructor(readonly task: Task) {
    const what = purposes[task];
    super('unknown-model', `There is no model ${what} yet.`, 'Open a file or folder that holds one, or train one.');
  }
}

/** What the model of each task is for. */
export const purposes: Readonly<Record<Task, string>> = {
  translation: 'that translates',
  classification: 'that classifies text',
  'image-classification': 'that classifies images',
  dialogue: 'that replies',
  'language-modelling': 'that continues a text',
};

/** The tasks as headings name them. */
export const taskNames: Readonly<Record<Task, string>> = {
  translation: 'Translation',
  classification: 'Classification of text',
  'image-classification': 'Classification of images',
  dialogue: 'Reply',
  'language-modelling': 'Continuation',
};

/** How models of every kind are looked at whole. */
import { Failure } from '../../protocol/failure.ts';
import type { Task } from '../../protocol/server.ts';
import type { Trace } from '../../protocol/trace.ts';
import type { Looked } from '../classifying/looked.ts';
import type { ClassifyImageRequest, ClassifyRequest } from '../classifying/request.ts';
import type { TranslateOptions, TranslateRequest } from '../decoding/request.ts';
import { Witness } from '../decoding/witness.ts';
import { lookedPass } from './looked.ts';
import type { Inspectable } from './pass.ts';
import { oneText } from '../text/one-text.ts';
import { writtenPass } from './written.ts';

type Write = (request: TranslateRequest, options: TranslateOptions) => Promise<Trace>;

/**
 * A model that writes.
 * @param writes by task; what it is for comes first
 */
export function inspectWriting(model: string, writes: Partial<Readonly<Record<Task, Write>>>): Inspectable {
  return {
    inspect: async ({ text, second, image, languageId, beam, task }, signal) => {
      if (image !== undefined) throw wrongInput(model, 'texts', 'an image');
      oneText(second, model);
      const write = writeOf(model, writes, task);
      const witness = new Witness();
      const trace = await write({ text, languageId, beam }, { signal, witness });
      if (witness.sentences.length === 0) throw new Failure('empty-text', `There is nothing to look at: ${model} reads no word of this text, and leaves it as it is.`, 'Select some words.');
      return writtenPass(trace, witness.sentences, { isSearched: 'translation' in writes && beam > 1, languageId });
    },
  };
}

/** A model that reads texts, or images, and writes none. */
export function inspectText(model: string, tasks: readonly Task[], look: (request: ClassifyRequest) => Promise<Looked>, { readsPairs = false } = {}): Inspectable {
  return {
    inspect: async ({ text, second, image, languageId, task }) => {
      if (image !== undefined) throw wrongInput(model, 'texts', 'an image');
      if (!readsPairs) oneText(second, model);
      checkTask(model, tasks, task);
      return lookedPass(await look({ text, second, languageId }), languageId);
    },
  };
}

export function inspectImage(model: string, tasks: readonly Task[], look: (request: ClassifyImageRequest) => Promise<Looked>): Inspectable {
  return {
    inspect: async ({ text, image, task }) => {
      if (image === undefined) throw wrongInput(model, 'images', 'a text');
      checkTask(model, tasks, task);
      return lookedPass(await look({ image, name: text }));
    },
  };
}

function writeOf(model: string, writes: Partial<Readonly<Record<Task, Write>>>, wanted: Task | undefined): Write {
  const tasks = Object.keys(writes) as Task[];
  checkTask(model, tasks, wanted);
  const task = wanted ?? tasks[0];
  const write = task && writes[task];
  if (write === undefined) throw new Error(`${model} writes nothing`);
  return write;
}

function checkTask(model: string, tasks: readonly Task[], wanted: Task | undefined): void {
  if (wanted === undefined || tasks.includes(wanted)) return;
  throw new Failure('bad-argument', `The model ${model} is for ${tasks.length === 0 ? 'no task of its own' : tasks.join(' and ')}; ${wanted} was asked for.`, 'Choose another model.');
}

function wrongInput(model: string, wanted: string, given: string): Failure {
  return new Failure('bad-argument', `The model ${model} reads ${wanted}; ${given} was given.`, 'Choose another model.');
}

import { Failure } from '../../protocol/failure.ts';
import type { ForeignModel } from '../foreign/opened.ts';

/** For a model that does not take what was given. @param what it is */
export function wrongInput(id: string, what: string, { text, image, numbers }: ForeignModel['attending']): Failure {
  const takes = [...(text === undefined ? [] : ['a text (--text)']), ...(image === undefined ? [] : ['an image (--image)']), ...(numbers === undefined ? [] : ['numbers (--input)'])];
  return new Failure('bad-argument', `${id} does not take ${what}; it takes ${takes.join(' or ')}.`, 'Give it that.');
}

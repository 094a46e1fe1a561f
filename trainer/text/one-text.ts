import { Failure } from '../../protocol/failure.ts';

/** @throws Failure `bad-argument` where there are two for a model that reads one */
export function oneText(second: number | undefined, model: string): void {
  if (second === undefined) return;
  throw new Failure('bad-argument', `${model} reads one text at a time; two were given.`, 'Give one text, or choose an encoder, such as BERT.');
}

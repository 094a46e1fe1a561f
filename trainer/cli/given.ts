/** What a command is given: texts, and the model they are for. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { WhenLarge } from '../foreign/memory.ts';
import { linesOf } from './standard-input.ts';

export interface GivenText {
  readonly text: string;
  /** How a message names it. */
  readonly place: string;
  /** Lines may be blank: they stay so, and what goes out keeps step with what came in. */
  readonly isLine: boolean;
}

/**
 * Each argument is a text, but `-` stands for the lines of standard input.
 * @throws Failure `text-too-long` where one of them is longer than any is read
 */
export async function* givenTexts(positionals: readonly string[]): AsyncGenerator<GivenText> {
  for (const [index, text] of positionals.entries()) {
    if (text !== '-') {
      yield { text, place: positionals.length > 1 ? `text ${index + 1}: ` : '', isLine: false };
      continue;
    }
    let number = 0;
    for await (const line of linesOf(process.stdin.setEncoding('utf8'))) {
      yield { text: line, place: `line ${++number}: `, isLine: true };
    }
  }
}

/** Whoever waits at a terminal is told, and can stop it. */
export const warnOfSize: WhenLarge = { do: 'warn', warn: notice => void process.stderr.write(`attention-scope: ${notice}\n`) };

/**
 * The path of the model that `--model` names: a bundled one's id, or any folder or file, for whoever types a path trusts it.
 * @throws Failure `unknown-model`
 */
export async function modelFolder(model: string): Promise<string> {
  if (/[\\/]/.test(model) || existsSync(model)) return resolve(model);
  const { findModel } = await import('../models/catalog.ts');
  return findModel(model);
}

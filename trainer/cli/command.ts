import { parseArgs, type ParseArgsConfig } from 'node:util';
import { Failure } from '../../protocol/failure.ts';

/** One command of the command line. */
export interface Command {
  readonly help: string;
  /**
   * @returns the exit code
   * @throws Failure `bad-argument` when the command line is wrong, others when the work failed
   */
  readonly run: (args: readonly string[]) => Promise<number>;
}

/**
 * Reads a command's arguments, strictly.
 * @throws Failure `bad-argument`
 */
export function readArguments<Options extends NonNullable<ParseArgsConfig['options']>>(
  command: string,
  args: readonly string[],
  options: Options,
): ReturnType<typeof parseArgs<{ args: string[]; options: Options; allowPositionals: true; strict: true }>> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    throw badArgument(command, message);
  }
}

export function badArgument(command: string, message: string): Failure {
  return new Failure('bad-argument', message, `See attention-scope ${command} --help.`);
}

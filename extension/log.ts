import type { LogOutputChannel } from 'vscode';

/** The part of VS Code's log channel that the rest of the extension writes to. */
export type Log = Pick<LogOutputChannel, 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'show'>;

export const logName = 'Attention Scope';

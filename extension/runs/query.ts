import { runStates, type RunState, type RunSummary } from '../../protocol/runs.ts';

/** What of the runs is shown: words, `@state` and `#tag`, with quotes around what has spaces. */
export interface RunQuery {
  /** In lower case; each stands in a run's name, experiment, task or tags. */
  readonly words: readonly string[];
  /** A run is in one of them. */
  readonly states: readonly RunState[];
  /** A run has all of them. */
  readonly tags: readonly string[];
}

export function parseQuery(text: string): RunQuery {
  const words: string[] = [];
  const states: RunState[] = [];
  const tags: string[] = [];
  for (const token of tokensOf(text)) {
    const state = runStates.find(one => token === `@${one}`);
    if (state !== undefined) states.push(state);
    else if (token.length > 1 && token.startsWith('#')) tags.push(bare(token.slice(1)));
    else words.push(bare(token).toLowerCase());
  }
  return { words, states, tags };
}

export function matches(run: RunSummary, { words, states, tags }: RunQuery): boolean {
  if (states.length > 0 && !states.includes(run.state)) return false;
  if (!tags.every(tag => run.tags.includes(tag))) return false;
  if (words.length === 0) return true;
  const text = [run.name, run.experiment, run.task ?? '', ...run.tags].join('\n').toLowerCase();
  return words.every(word => text.includes(word));
}

export function stateToken(state: RunState): string {
  return `@${state}`;
}

export function tagToken(tag: string): string {
  return /\s/.test(tag) ? `#"${tag}"` : `#${tag}`;
}

/** The query with a state's or a tag's token put in, or taken out where it stood. */
export function toggled(text: string, token: string): string {
  const tokens = tokensOf(text);
  return (tokens.includes(token) ? tokens.filter(one => one !== token) : [...tokens, token]).join(' ');
}

function tokensOf(text: string): readonly string[] {
  return text.match(/#?"[^"]*"|\S+/g) ?? [];
}

function bare(token: string): string {
  return token.replace(/^"(.*)"$/, '$1');
}

import * as vscode from 'vscode';
import { counted } from '../../protocol/quantities.ts';
import { runStates, type RunSummary } from '../../protocol/runs.ts';
import { stateLooks } from './describe.ts';
import { matches, parseQuery, stateToken, tagToken, toggled } from './query.ts';

interface Item extends vscode.QuickPickItem {
  /** What choosing it puts into the filter, or takes out; left out, the filter is done. */
  readonly token?: string;
}

/**
 * Lets the user write a filter: words, and the states and tags that there are, to choose from.
 * @returns `undefined` where they would rather not
 */
export function askForFilter(runs: readonly RunSummary[], filter: string): Promise<string | undefined> {
  const input = vscode.window.createQuickPick<Item>();
  input.title = 'Filter Runs';
  input.placeholder = 'Words, @state, #tag; empty shows all';
  input.value = filter;
  const suggest = (): void => {
    input.items = [done(runs, input.value), ...suggestions(runs, input.value)];
  };
  suggest();
  return new Promise(resolve => {
    input.onDidChangeValue(suggest);
    input.onDidAccept(() => {
      const token = input.activeItems[0]?.token;
      if (token === undefined) {
        resolve(input.value);
        input.hide();
        return;
      }
      input.value = toggled(input.value, token);
      suggest();
    });
    input.onDidHide(() => {
      resolve(undefined);
      input.dispose();
    });
    input.show();
  });
}

/** On top, so that Enter takes what is written. */
function done(runs: readonly RunSummary[], filter: string): Item {
  const query = parseQuery(filter);
  const shown = runs.filter(run => matches(run, query)).length;
  return { label: `$(filter) Show ${shown === runs.length ? counted(shown, 'run') : `${shown.toLocaleString('en')} of ${counted(runs.length, 'run')}`}`, alwaysShow: true };
}

function suggestions(runs: readonly RunSummary[], filter: string): Item[] {
  const { states, tags } = parseQuery(filter);
  const count = (fits: (run: RunSummary) => boolean): number => runs.filter(fits).length;
  const ofStates = runStates.map((state): Item & { readonly many: number } => ({
    token: stateToken(state),
    label: `$(${states.includes(state) ? 'check' : stateLooks[state].icon.replace('~spin', '')}) ${stateToken(state)}`,
    many: count(run => run.state === state),
  }));
  const ofTags = [...new Set(runs.flatMap(run => run.tags))].sort().map((tag): Item & { readonly many: number } => ({
    token: tagToken(tag),
    label: `$(${tags.includes(tag) ? 'check' : 'tag'}) ${tagToken(tag)}`,
    many: count(run => run.tags.includes(tag)),
  }));
  return [...ofStates, ...ofTags].filter(({ many }) => many > 0).map(({ many, ...item }) => ({ ...item, description: counted(many, 'run'), alwaysShow: true }));
}

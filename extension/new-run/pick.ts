/** Quick picks and input boxes that are steps: with a way back, and their number in the title. */
import * as vscode from 'vscode';
import type { Place } from './walk.ts';

export const goesBack = Symbol('back');

interface Shown {
  readonly title: string;
  readonly place: Place;
}

export interface Pick<Item extends vscode.QuickPickItem> extends Shown {
  readonly placeHolder: string;
  readonly items: readonly Item[];
  /** The one that Enter takes. */
  readonly active?: Item | undefined;
  /** Whether choosing it does anything; what does not only tells. */
  readonly canBeChosen?: (item: Item) => boolean;
  /** While it is shown, changes what it shows. Ends with the signal. */
  readonly meanwhile?: (show: (items: readonly Item[], busy: boolean) => void, signal: AbortSignal) => void;
}

/** @returns the item; `undefined` where the user went away */
export function pick<Item extends vscode.QuickPickItem>({ title, place, placeHolder, items, active, canBeChosen = () => true, meanwhile }: Pick<Item>): Promise<Item | typeof goesBack | undefined> {
  const input = vscode.window.createQuickPick<Item>();
  const controller = new AbortController();
  Object.assign(input, { title, step: place.step, totalSteps: place.of, placeholder: placeHolder, items, matchOnDescription: true, matchOnDetail: true, ignoreFocusOut: true });
  if (place.canGoBack) input.buttons = [vscode.QuickInputButtons.Back];
  if (active !== undefined) input.activeItems = [active];
  return new Promise(resolve => {
    const end = (with_: Item | typeof goesBack | undefined): void => {
      resolve(with_);
      controller.abort();
      input.dispose();
    };
    input.onDidAccept(() => {
      const [chosen] = input.selectedItems.length > 0 ? input.selectedItems : input.activeItems;
      if (chosen !== undefined && canBeChosen(chosen)) end(chosen);
    });
    input.onDidTriggerButton(() => end(goesBack));
    input.onDidHide(() => end(undefined));
    input.show();
    meanwhile?.((shown, busy) => {
      if (controller.signal.aborted) return;
      const label = input.activeItems[0]?.label;
      input.busy = busy;
      input.items = shown;
      const same = shown.find(item => item.label === label);
      if (same !== undefined) input.activeItems = [same];
    }, controller.signal);
  });
}

export interface Asked extends Shown {
  readonly prompt: string;
  readonly value: string;
  /** What is wrong with it, if anything. */
  readonly problem: (text: string) => Promise<string | undefined> | string | undefined;
}

/** @returns the text without blanks around it; `undefined` where the user went away */
export function askText({ title, place, prompt, value, problem }: Asked): Promise<string | typeof goesBack | undefined> {
  const input = vscode.window.createInputBox();
  Object.assign(input, { title, step: place.step, totalSteps: place.of, prompt, value, ignoreFocusOut: true });
  if (place.canGoBack) input.buttons = [vscode.QuickInputButtons.Back];
  return new Promise(resolve => {
    const end = (with_: string | typeof goesBack | undefined): void => {
      resolve(with_);
      input.dispose();
    };
    const check = async (): Promise<boolean> => {
      const text = input.value;
      const wrong = await problem(text.trim());
      if (text === input.value) input.validationMessage = wrong ?? '';
      return wrong === undefined;
    };
    input.onDidChangeValue(() => void check());
    input.onDidAccept(async () => {
      const text = input.value;
      if ((await check()) && text === input.value) end(text.trim());
    });
    input.onDidTriggerButton(() => end(goesBack));
    input.onDidHide(() => end(undefined));
    input.show();
  });
}

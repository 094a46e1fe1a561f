import * as vscode from 'vscode';
import { whyTooLong } from '../../protocol/longest-passage.ts';
import { joined, twoTexts } from '../../protocol/two-texts.ts';

/** A text; or two, with a line end between them, which is of neither. */
export interface AskedText {
  readonly text: string;
  /** Where the second begins. */
  readonly second?: number;
}

/**
 * Asks for the text that a model is to attend to which also reads two as a pair: a button beside the field asks for a second one.
 * `undefined` when the user would rather not.
 * @param proposal what stands in the fields at first
 */
export async function askForTexts(model: string, { text, second }: AskedText, title: string): Promise<AskedText | undefined> {
  const proposed = second === undefined ? { first: text, second: '' } : twoTexts(text, second);
  const first = await ask(proposed.first, { title, prompt: `The text that ${model} reads; + adds a second one, of a pair` });
  if (first === undefined || first.value.trim() === '') return undefined;
  if (!first.isMore && second === undefined) return { text: first.value };
  const other = await ask(proposed.second, { title, prompt: 'The second text of the pair; left empty, there is none', before: first.value });
  if (other === undefined) return undefined;
  return other.value.trim() === '' ? { text: first.value } : joined(first.value, other.value);
}

interface Answer {
  readonly value: string;
  /** A second text is wanted, too. */
  readonly isMore: boolean;
}

interface Field {
  readonly title: string;
  readonly prompt: string;
  /** The first text, where this asks for the second one. */
  readonly before?: string;
}

function ask(proposal: string, { title, prompt, before }: Field): Promise<Answer | undefined> {
  const box = vscode.window.createInputBox();
  box.title = title;
  box.prompt = prompt;
  // The field has one line.
  box.value = proposal.replace(/\s+/g, ' ').trim();
  box.ignoreFocusOut = before !== undefined;
  if (before === undefined) box.buttons = [{ iconPath: new vscode.ThemeIcon('add'), tooltip: 'Add a Second Text' }];
  const check = (): boolean => (box.validationMessage = whyTooLong(box.value, before)) === '';
  check();
  return new Promise(resolve => {
    const accept = (isMore: boolean): void => {
      if (!check() || (isMore && box.value.trim() === '')) return;
      resolve({ value: box.value, isMore });
      box.dispose();
    };
    box.onDidChangeValue(check);
    box.onDidAccept(() => accept(false));
    box.onDidTriggerButton(() => accept(true));
    box.onDidHide(() => {
      resolve(undefined);
      box.dispose();
    });
    box.show();
  });
}

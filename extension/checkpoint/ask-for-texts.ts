import * as vscode from 'vscode';
import { longestText } from '../session/passage.ts';

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
export async function askForTexts(model: string, { text, second }: AskedText, title = 'Attend to Text'): Promise<AskedText | undefined> {
  const [proposed, proposedSecond] = second === undefined ? [text, ''] : [text.slice(0, second - 1), text.slice(second)];
  const first = await ask(proposed, { title, prompt: `The text that ${model} reads; + adds a second one, of a pair`, button: true });
  if (first === undefined || first.value.trim() === '') return undefined;
  if (!first.isMore && second === undefined) return { text: first.value };
  const other = await ask(proposedSecond, { title, prompt: 'The second text of the pair; left empty, there is none', button: false });
  if (other === undefined) return undefined;
  return other.value.trim() === '' ? { text: first.value } : pairOf(first.value, other.value);
}

export function pairOf(first: string, second: string): AskedText {
  return { text: `${first}\n${second}`, second: first.length + 1 };
}

interface Answer {
  readonly value: string;
  /** A second text is wanted, too. */
  readonly isMore: boolean;
}

function ask(proposal: string, { title, prompt, button }: { readonly title: string; readonly prompt: string; readonly button: boolean }): Promise<Answer | undefined> {
  const box = vscode.window.createInputBox();
  box.title = title;
  box.prompt = prompt;
  // The field has one line.
  box.value = proposal.replace(/\s+/g, ' ').trim();
  box.ignoreFocusOut = !button;
  if (button) box.buttons = [{ iconPath: new vscode.ThemeIcon('add'), tooltip: 'Add a Second Text' }];
  const tooLong = (): string => (box.value.length * 2 < longestText ? '' : `It has ${box.value.length.toLocaleString('en')} characters; two texts of at most ${(longestText / 2).toLocaleString('en')} can be read at a time.`);
  return new Promise(resolve => {
    const accept = (isMore: boolean): void => {
      if (tooLong() !== '' || (isMore && box.value.trim() === '')) return;
      resolve({ value: box.value, isMore });
      box.dispose();
    };
    box.onDidChangeValue(() => (box.validationMessage = tooLong()));
    box.onDidAccept(() => accept(false));
    box.onDidTriggerButton(() => accept(true));
    box.onDidHide(() => {
      resolve(undefined);
      box.dispose();
    });
    box.show();
  });
}

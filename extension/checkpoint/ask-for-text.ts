import * as vscode from 'vscode';
import { whyTooLong } from '../../protocol/longest-passage.ts';

/** Asks for what a model reads that has no tokenizer; `undefined` when the user would rather not. @param model what people call it */
export function askForNumbers(model: string, proposal: string, title: string): Promise<string | undefined> {
  return askForText(model, proposal, title, `Token ids that ${model} reads, with spaces between; or tensors in JSON: {"name": [[numbers]]}`);
}

/**
 * Asks for the text that a model is to attend to; `undefined` when the user would rather not.
 * @param model what people call it
 * @param proposal what stands in the field at first
 */
export async function askForText(model: string, proposal: string, title = 'Attend to Text', prompt = `The text that ${model} reads`): Promise<string | undefined> {
  const text = await vscode.window.showInputBox({
    title,
    prompt,
    // The field has one line.
    value: proposal.replace(/\s+/g, ' ').trim(),
    validateInput: value => whyTooLong(value),
  });
  return text === undefined || text.trim() === '' ? undefined : text;
}

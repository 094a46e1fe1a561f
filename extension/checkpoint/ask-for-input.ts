import { askForNumbers, askForText } from './ask-for-text.ts';
import { type AskedText, askForTexts } from './ask-for-texts.ts';
import type { Reads } from './reads.ts';

/** What asking is called. */
export interface InputTitles {
  readonly text: string;
  readonly numbers: string;
}

/**
 * Asks for what a model is to be given; `undefined` when the user would rather not.
 * @param model what people call it
 * @param proposal what stands in the fields at first
 */
export async function askForInput(model: string, reads: Reads, proposal: AskedText, titles: InputTitles = { text: 'Attend to Text', numbers: 'Attend to Numbers' }): Promise<AskedText | undefined> {
  if (reads === 'pair') return askForTexts(model, proposal, titles.text);
  const text = await (reads === 'numbers' ? askForNumbers(model, proposal.text, titles.numbers) : askForText(model, proposal.text, titles.text));
  return text === undefined ? undefined : { text };
}

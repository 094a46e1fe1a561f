/** What the card of a model that replies says of it. */
import type { DialogueManifest } from '../../checkpoints/manifest.ts';
import type { CardText } from '../../checkpoints/model-card.ts';
import { describeTranslator } from '../../models/describe.ts';

/** @param isNew whether it was checked that the training saw nothing of the test set */
export function dialogueCard(
  { architecture, language, limits, history }: DialogueManifest,
  isNew: boolean,
): Pick<CardText, 'about' | 'examples' | 'notes' | 'scored' | 'limits'> {
  return {
    about: `Replies in ${language} to the last of up to ${history} turns. ${describeTranslator(architecture)}`,
    examples: 'replies',
    notes: isNew ? [apart] : [],
    scored: `Of this very model as it is stored here, on the held-out conversations: how surprised it is by a token of their replies
(perplexity), how near its own come to them (chrF), and what it says itself, word by word the most probable.`,
    limits: `It has learnt to reply as the conversations do that it was trained on, and knows nothing of the world. Turns of more than
${limits.sourceTokens} tokens together are longer than any it was trained on. Its attention shows where it looked, which is not by
itself an explanation of what it said.`,
  };
}

const apart = 'Conversations were held out as wholes: none of them, and no reply of theirs to the same turns, was seen in training.';

import { evidenceSentence, labelText, percent } from '../../protocol/classified-text.ts';
import { classifiedWords } from '../../protocol/classified-words.ts';
import type { ClassifiedAnnotation } from './annotation.ts';
import { commandLink, escapeMarkdown, slice } from './markdown.ts';

/** More labels than these say nothing more. */
const mostLabels = 3;

/**
 * The Markdown of a classified text's hover: the attention that the hovered word got and what it says for the label and
 * for the runner-up, then the labels.
 * @param word the hovered word, `undefined` between words
 */
export function classificationText({ id, classification }: ClassifiedAnnotation, word: number | undefined): string {
  const labels = classification.labels.slice(0, mostLabels).map(escapedLabel);
  return [
    ...(word === undefined ? [] : wordText(classification, word)),
    labels.map((label, index) => (index === 0 ? `**${label}**` : label)).join(' · '),
    ...classification.warnings.map(warning => `*Note:* ${escapeMarkdown(warning)}`),
    '*Attention shows where the model looked, not by itself why.*',
    `[Copy Labels](${commandLink('attentionScope.copyResult', [id])} "Copy the labels and their probabilities to the clipboard")`,
  ].join('\n\n');
}

function wordText(classification: ClassifiedAnnotation['classification'], word: number): string[] {
  const { attention, evidence } = classifiedWords(classification);
  const name = escapeMarkdown(slice(classification.source.text, classification.source.words[word]));
  const said = evidenceSentence(evidence.map(({ label, weights }) => ({ label, value: weights[word] ?? 0 })));
  return [`**${name}** got ${escapeMarkdown(percent(attention[word] ?? 0))} of the attention.${said === '' ? '' : ` It ${escapeMarkdown(said)}.`}`];
}

function escapedLabel(label: ClassifiedAnnotation['classification']['labels'][number]): string {
  return escapeMarkdown(labelText(label));
}

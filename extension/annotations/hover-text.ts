import type { Trace } from '../../protocol/trace.ts';
import { readingOf, type DoneAnnotation } from './annotation.ts';

/** Commands that a link in a hover may run. */
export const hoverCommands = ['attentionScope.lightSources', 'attentionScope.copyTranslation'] as const;

const smallestWeight = 0.01;
/** VS Code's hovers are low: with more rows the translation below would be out of sight. */
const mostRows = 5;
const barCells = 8;

/** A target word and how much of its attention went to the source word that is hovered. */
export interface Attender {
  readonly word: number;
  readonly weight: number;
}

/** The target words that attended to a source word, most attentive first. */
export function attendersOf(trace: Trace, sourceWord: number): Attender[] {
  return readingOf(trace)
    .map.map((row, word) => ({ word, weight: row[sourceWord] ?? 0 }))
    .filter(attender => attender.weight >= smallestWeight)
    .sort((one, other) => other.weight - one.weight || one.word - other.word);
}

/**
 * The Markdown of a hover: a table of who attended to the word, then the whole translation. Numbers come before bars,
 * so that a screen reader says what matters first.
 * @param sourceWord the hovered word, `undefined` between words
 */
export function hoverText(annotation: DoneAnnotation, sourceWord: number | undefined): string {
  const { trace } = annotation;
  const parts = [
    ...(sourceWord === undefined ? [] : [wordText(annotation, sourceWord)]),
    `**Translation:** ${escapeMarkdown(trace.target.text)}`,
    ...trace.warnings.map(warning => `*Note:* ${escapeMarkdown(warning)}`),
    `[Copy Translation](${commandLink('attentionScope.copyTranslation', [annotation.id])} "Copy the translation to the clipboard")`,
  ];
  return parts.join('\n\n');
}

function wordText({ id, trace }: DoneAnnotation, sourceWord: number): string {
  const attenders = attendersOf(trace, sourceWord);
  const name = escapeMarkdown(slice(trace.source.text, trace.source.words[sourceWord]));
  if (attenders.length === 0) return `**${name}**: no word of the translation attended to it.`;
  const rows = attenders.slice(0, mostRows).map(({ word, weight }) => {
    const target = escapeMarkdown(slice(trace.target.text, trace.target.words[word]));
    const link = commandLink('attentionScope.lightSources', [id, word]);
    return `| [${target}](${link} "Light up what this word attends to") | ${percent(weight)} | ${bar(weight)} |`;
  });
  const rest = attenders.length - rows.length;
  return [
    `**${name}** was attended to by`,
    '',
    '| Word | Weight | |',
    '| :-- | --: | :-- |',
    ...rows,
    ...(rest > 0 ? ['', `and ${rest} more with less weight`] : []),
  ].join('\n');
}

/** A bar of text: eighths of a cell make a weight of 1 % visible. */
export function bar(weight: number): string {
  const eighths = Math.max(1, Math.round(Math.min(1, weight) * barCells * 8));
  const rest = eighths % 8;
  return '█'.repeat(Math.floor(eighths / 8)) + (rest === 0 ? '' : String.fromCodePoint(0x2590 - rest));
}

function percent(weight: number): string {
  return `${Math.round(weight * 100)}%`;
}

function slice(text: string, span: { readonly start: number; readonly end: number } | undefined): string {
  return span === undefined ? '' : text.slice(span.start, span.end);
}

function commandLink(command: (typeof hoverCommands)[number], parameters: readonly unknown[]): string {
  return `command:${command}?${encodeURIComponent(JSON.stringify(parameters))}`;
}

/** Text as it is: no character of it is Markdown, a command or an icon. Line breaks stay breaks. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_{}[\]()#+\-.!|<>~$&:"'/@^=]/g, '\\$&')
    .replace(/^[ \t]+/gm, indent => '\u00a0'.repeat(indent.length))
    .replace(/\r\n?|\n/g, '  \n');
}

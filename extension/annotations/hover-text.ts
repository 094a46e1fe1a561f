import { percent } from '../../protocol/classified-text.ts';
import { capitalised } from '../../protocol/outcome.ts';
import { readingOf, type DoneAnnotation, type WrittenAnnotation } from './annotation.ts';
import { classificationText } from './classification-text.ts';
import type { FollowedMap } from './followed.ts';
import { commandLink, escapeMarkdown, slice } from './markdown.ts';

const smallestWeight = 0.01;
/** VS Code's hovers are low: with more rows the text below would be out of sight. */
const mostRows = 5;
const barCells = 8;

/** A target word and how much of its attention went to the source word that is hovered. */
export interface Attender {
  readonly word: number;
  readonly weight: number;
}

/** The target words that attended to a source word, most attentive first. @param map `[target word][source word]` */
export function attendersOf(map: readonly ArrayLike<number>[], sourceWord: number): Attender[] {
  return map.map((row, word) => ({ word, weight: row[sourceWord] ?? 0 }))
    .filter(attender => attender.weight >= smallestWeight)
    .sort((one, other) => other.weight - one.weight || one.word - other.word);
}

/**
 * The Markdown of a hover: what the hovered word has to do with the outcome, then the whole outcome. Numbers come before
 * bars, so that a screen reader says what matters first.
 * @param sourceWord the hovered word, `undefined` between words
 * @param followed the map that the tints are of, where that is not the outcome's own
 */
export function hoverText(annotation: DoneAnnotation, sourceWord: number | undefined, followed?: FollowedMap): string {
  const tinted = followed === undefined ? [] : [followedText(followed, sourceWord)];
  if (annotation.kind === 'classification') return [...tinted, classificationText(annotation, sourceWord)].join('\n\n');
  const { kind, trace, id } = annotation;
  const name = capitalised(kind);
  const isEmpty = trace.target.text.trim() === '';
  const links = [`[Copy ${name}](${commandLink('attentionScope.copyResult', [id])} "Copy the ${kind} to the clipboard")`];
  if (kind !== 'translation') links.push(`[Insert ${name}](${commandLink('attentionScope.insertWritten', [id])} "Put the ${kind} into the document")`);
  const parts = [
    ...(sourceWord === undefined ? [] : [wordText(annotation, sourceWord, followed?.map)]),
    ...tinted,
    `**${name}:** ${isEmpty ? '*nothing was written*' : escapeMarkdown(trace.target.text)}`,
    ...trace.warnings.map(warning => `*Note:* ${escapeMarkdown(warning)}`),
    ...(isEmpty ? [] : [links.join(' · ')]),
  ];
  return parts.join('\n\n');
}

/** Which map the tints are of, and how much of it the word got. */
function followedText({ name, received, words }: FollowedMap, word: number | undefined): string {
  const all = received.reduce((sum, value) => sum + value, 0);
  const share = word === undefined || words[word] === undefined || all <= 0 ? '' : ` This word got ${escapeMarkdown(percent((received[word] ?? 0) / all))} of it.`;
  return `*Tinted by* ${escapeMarkdown(name)}.${share}`;
}

/** @param map of the inspector, where its rows are words of the same writing */
function wordText({ kind, id, trace }: WrittenAnnotation, sourceWord: number, map: FollowedMap['map']): string {
  const name = escapeMarkdown(slice(trace.source.text, trace.source.words[sourceWord]));
  if (trace.map === undefined) return `**${name}**: this model has no attention, so nothing tells where it looked.`;
  const attenders = attendersOf(map?.length === trace.target.words.length ? map : readingOf(trace).map, sourceWord);
  if (attenders.length === 0) return `**${name}**: no word of the ${kind} attended to it.`;
  const rows = attenders.slice(0, mostRows).map(({ word, weight }) => {
    const target = escapeMarkdown(slice(trace.target.text, trace.target.words[word]));
    const link = commandLink('attentionScope.lightSources', [id, word]);
    return `| [${target}](${link} "Light up what this word attends to") | ${escapeMarkdown(percent(weight))} | ${bar(weight)} |`;
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

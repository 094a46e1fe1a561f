import { labelText } from '../../protocol/classified-text.ts';
import { sourceOf, type Outcome } from '../../protocol/outcome.ts';
import type { Span } from '../../protocol/trace.ts';
import { afterLineText } from './after-line.ts';
import type { DoneAnnotation } from './annotation.ts';
import type { FollowedMap } from './followed.ts';
import { followedTints, tintLevels, tintsOf, type LitWord, type Tint } from './tints.ts';

/** A word that is lit in the documents, and the annotation it belongs to. */
export interface Lit extends LitWord {
  readonly annotation: number;
}

export interface LineText {
  /** A character of the line that the text follows. */
  readonly offset: number;
  readonly text: string;
}

/** All that is drawn over one document. */
export interface Paint {
  /** By strength: index 0 is level 1. */
  readonly received: readonly (readonly Span[])[];
  readonly lit: readonly (readonly Span[])[];
  readonly afterLines: readonly LineText[];
}

/**
 * @param lineAt the number of the line that holds an offset of the document
 * @param followed the map of the inspector, where that is of a text of the document: its tints take the place of the usual ones
 */
export function paintOf(
  annotations: readonly DoneAnnotation[],
  lit: Lit | undefined,
  lineAt: (offset: number) => number,
  followed?: FollowedMap,
): Paint {
  const litOf = ({ id }: DoneAnnotation): Lit | undefined => (lit?.annotation === id ? lit : undefined);
  const [beneath, others] = [annotations.filter(annotation => isBeneath(annotation, followed)), annotations.filter(annotation => !isBeneath(annotation, followed))];
  const tints = [
    ...others.flatMap(annotation => tintsOf(annotation, litOf(annotation))),
    ...(followed === undefined ? [] : followedTints(followed, beneath.map(litOf).find(one => one !== undefined))),
  ];
  return {
    received: byLevel(tints.filter(tint => tint.kind === 'received')),
    lit: byLevel(tints.filter(tint => tint.kind === 'lit')),
    afterLines: afterLines(annotations, lineAt),
  };
}

function isBeneath({ span }: DoneAnnotation, followed: FollowedMap | undefined): boolean {
  return followed !== undefined && span.start < followed.span.end && followed.span.start < span.end;
}

function byLevel(tints: readonly Tint[]): Span[][] {
  return Array.from({ length: tintLevels }, (_, index) => tints.filter(tint => tint.level === index + 1));
}

function afterLines(annotations: readonly DoneAnnotation[], lineAt: (offset: number) => number): LineText[] {
  const byLine = new Map<number, DoneAnnotation[]>();
  for (const annotation of [...annotations].sort((one, other) => one.span.start - other.span.start)) {
    const line = lineAt(lastCharacter(annotation));
    byLine.set(line, [...(byLine.get(line) ?? []), annotation]);
  }
  return [...byLine.values()].flatMap(onLine => {
    const last = onLine.at(-1);
    const text = afterLineText(onLine.map(resultText));
    return last === undefined || text === '' ? [] : [{ offset: lastCharacter(last), text }];
  });
}

/** Where the annotation's last visible character stands: a selection of whole lines ends on the line below them. */
function lastCharacter(annotation: DoneAnnotation): number {
  return annotation.span.start + sourceOf(annotation).text.trimEnd().length;
}

/** What was written, or the most probable label. */
function resultText(outcome: Outcome): string {
  if (outcome.kind !== 'classification') return outcome.trace.target.text;
  const [first] = outcome.classification.labels;
  return first === undefined ? '' : labelText(first);
}

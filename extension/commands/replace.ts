import { proseSpan } from '../../protocol/prose.ts';
import type { DoneAnnotation } from '../annotations/annotation.ts';
import type { AnnotationStore } from '../annotations/store.ts';
import { rangeOf } from '../text/range.ts';
import { changeDocument } from './change-document.ts';
import { writtenText } from './written-text.ts';

/**
 * Puts each annotation's translation in the place of its source: comment markers, indentation and line ends around it
 * stay.
 */
export function replaceWithTranslations(store: AnnotationStore, annotations: readonly (DoneAnnotation | undefined)[]): Promise<void> {
  return changeDocument(store, annotations, (document, annotation) => {
    const { trace, span } = annotation;
    const prose = proseSpan(trace.source.text, document.languageId);
    return { range: rangeOf(document, { start: span.start + prose.start, end: span.start + prose.end }), text: writtenText(annotation) };
  });
}

import { sourceOf, type Outcome } from '../../protocol/outcome.ts';
import type { Span } from '../../protocol/trace.ts';
import type { Annotation, AskedWith, DoneAnnotation } from './annotation.ts';
import { trackEdits, type Replacement } from './track-edits.ts';

/** All annotations, by document. They do not overlap: a newer one takes the place of those it touches. */
export class AnnotationStore {
  readonly #byId = new Map<number, Annotation>();
  readonly #changed: (uris: ReadonlySet<string>) => void;
  #nextId = 1;

  /** @param changed called with the documents whose annotations came or went (not when an edit merely moved them) */
  constructor(changed: (uris: ReadonlySet<string>) => void) {
    this.#changed = changed;
  }

  /** Reserves a stretch of a document for what a model will make of it. */
  begin(uri: string, span: Span): number {
    const id = this.#nextId++;
    this.#byId.set(id, { state: 'pending', id, uri, span });
    return id;
  }

  /** Gives a reserved stretch its outcome; `undefined` when an edit inside it, or clearing, came first. */
  complete(id: number, outcome: Outcome, asked?: AskedWith): DoneAnnotation | undefined {
    const pending = this.#byId.get(id);
    if (pending === undefined) return undefined;
    const done: DoneAnnotation = { ...outcome, state: 'done', id, uri: pending.uri, span: pending.span, asked };
    for (const other of this.#byId.values()) {
      if (other.state === 'done' && other.uri === done.uri && overlap(other.span, done.span)) this.#byId.delete(other.id);
    }
    this.#byId.set(id, done);
    this.#changed(new Set([done.uri]));
    return done;
  }

  get(id: number): Annotation | undefined {
    return this.#byId.get(id);
  }

  /** The finished annotations of a document. */
  in(uri: string): readonly DoneAnnotation[] {
    return [...this.#byId.values()].filter(annotation => annotation.state === 'done').filter(annotation => annotation.uri === uri);
  }

  /** The finished annotation that holds a character of a document, or ends before it. */
  at(uri: string, offset: number): DoneAnnotation | undefined {
    const here = this.in(uri).filter(({ span }) => span.start <= offset && offset <= span.end);
    return here.find(({ span }) => offset < span.end) ?? here[0];
  }

  remove(id: number): void {
    const annotation = this.#byId.get(id);
    if (annotation === undefined) return;
    this.#byId.delete(id);
    if (annotation.state === 'done') this.#changed(new Set([annotation.uri]));
  }

  /** Forgets every annotation, also those to come. */
  clear(): void {
    const uris = new Set([...this.#byId.values()].map(annotation => annotation.uri));
    this.#byId.clear();
    this.#changed(uris);
  }

  /** Follows one change of a document. */
  edit(uri: string, replacements: readonly Replacement[]): void {
    let cleared = false;
    for (const annotation of this.#byId.values()) {
      if (annotation.uri !== uri) continue;
      const span = trackEdits(annotation.span, replacements);
      if (span === annotation.span) continue;
      if (span === undefined) {
        this.#byId.delete(annotation.id);
        cleared = true;
      } else this.#byId.set(annotation.id, { ...annotation, span });
    }
    if (cleared) this.#changed(new Set([uri]));
  }

  /**
   * A document was opened (again): it may have changed while nobody told us. Keeps what still stands where it stood.
   * @param textAt the document's text of a span
   */
  verify(uri: string, textAt: (span: Span) => string): void {
    for (const annotation of this.in(uri)) {
      if (textAt(annotation.span) !== sourceOf(annotation).text) this.remove(annotation.id);
    }
  }
}

function overlap(one: Span, other: Span): boolean {
  return one.start < other.end && other.start < one.end;
}

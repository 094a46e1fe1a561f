import * as vscode from 'vscode';
import { sourceOf } from '../../protocol/outcome.ts';
import type { Focus } from '../focus.ts';
import { sourceWordAt, type DoneAnnotation } from './annotation.ts';
import type { FollowedMap } from './followed.ts';
import { hoverText } from './hover-text.ts';
import { hoverCommands } from './markdown.ts';
import type { AnnotationStore } from './store.ts';

/** Answers from the outcome that the extension holds: no request leaves it. */
export class AttentionHover implements vscode.HoverProvider {
  readonly #store: AnnotationStore;
  readonly #focus: Focus;
  readonly #followed: (uri: string) => FollowedMap | undefined;

  /** @param followed the map that an inspector shows of a document's text */
  constructor(store: AnnotationStore, focus: Focus, followed: (uri: string) => FollowedMap | undefined) {
    this.#store = store;
    this.#focus = focus;
    this.#followed = followed;
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const offset = document.offsetAt(position);
    const annotation = this.#store.at(document.uri.toString(), offset);
    if (annotation === undefined) {
      this.#focus.clear();
      return undefined;
    }
    const word = sourceWordAt(annotation, offset - annotation.span.start);
    this.#focus.hover(annotation, word);
    const text = new vscode.MarkdownString(hoverText(annotation, word, this.#followedIn(annotation)));
    text.isTrusted = { enabledCommands: hoverCommands };
    const span = word === undefined ? undefined : sourceOf(annotation).words[word];
    if (span === undefined) return new vscode.Hover(text);
    const at = (inText: number) => document.positionAt(annotation.span.start + inText);
    return new vscode.Hover(text, new vscode.Range(at(span.start), at(span.end)));
  }

  /** The map that the tints of an annotation are of, where that is not its own. */
  #followedIn({ uri, span }: DoneAnnotation): FollowedMap | undefined {
    const followed = this.#followed(uri);
    return followed !== undefined && followed.span.start === span.start && followed.span.end === span.end ? followed : undefined;
  }
}

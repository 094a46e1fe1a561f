import * as vscode from 'vscode';
import { sourceOf } from '../../protocol/outcome.ts';
import type { Focus } from '../focus.ts';
import { sourceWordAt } from './annotation.ts';
import { hoverText } from './hover-text.ts';
import { hoverCommands } from './markdown.ts';
import type { AnnotationStore } from './store.ts';

/** Answers from the outcome that the extension holds: no request leaves it. */
export class AttentionHover implements vscode.HoverProvider {
  readonly #store: AnnotationStore;
  readonly #focus: Focus;

  constructor(store: AnnotationStore, focus: Focus) {
    this.#store = store;
    this.#focus = focus;
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
    const text = new vscode.MarkdownString(hoverText(annotation, word));
    text.isTrusted = { enabledCommands: hoverCommands };
    const span = word === undefined ? undefined : sourceOf(annotation).words[word];
    if (span === undefined) return new vscode.Hover(text);
    const at = (inText: number) => document.positionAt(annotation.span.start + inText);
    return new vscode.Hover(text, new vscode.Range(at(span.start), at(span.end)));
  }
}

import * as vscode from 'vscode';
import type { Span } from '../../protocol/trace.ts';
import { rangeOf } from '../text/range.ts';
import type { FollowedMap } from './followed.ts';
import { paintOf, type Lit, type Paint } from './paint.ts';
import type { AnnotationStore } from './store.ts';
import { tintLevels } from './tints.ts';

/**
 * In high contrast a border tells the strength, without colour, and an outline of the contrary lightness goes around it: one of both is seen
 * on the ground, the other on a selection. In the other themes both are transparent.
 */
const borders = [
  { borderStyle: 'dotted', borderWidth: '1px' },
  { borderStyle: 'dashed', borderWidth: '1px' },
  { borderStyle: 'solid', borderWidth: '1px' },
  { borderStyle: 'solid', borderWidth: '2px' },
  { borderStyle: 'double', borderWidth: '4px' },
] as const;

const outlines = ['1px dotted', '1px dashed', '1px solid', '2px solid', '3px solid'] as const;

/** Draws annotations over every editor that shows their document. */
export class Decorator implements vscode.Disposable {
  readonly #store: AnnotationStore;
  readonly #lit: () => Lit | undefined;
  readonly #followed: (uri: string) => FollowedMap | undefined;
  readonly #received = tintTypes('attentionScope.received');
  readonly #litTypes = tintTypes('attentionScope.lit');
  readonly #afterLine = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    // Enter at the end of the line does not take it along to the next.
    rangeBehavior: vscode.DecorationRangeBehavior.OpenClosed,
  });

  /** @param followed the map that an inspector shows of a document's text */
  constructor(store: AnnotationStore, lit: () => Lit | undefined, followed: (uri: string) => FollowedMap | undefined) {
    this.#store = store;
    this.#lit = lit;
    this.#followed = followed;
  }

  /** Draws over the visible editors of these documents, or all of them. */
  draw(uris?: ReadonlySet<string>): void {
    for (const editor of vscode.window.visibleTextEditors) {
      if (uris === undefined || uris.has(editor.document.uri.toString())) this.#drawOver(editor);
    }
  }

  /** What is drawn over a document. */
  paint(document: vscode.TextDocument): Paint {
    const uri = document.uri.toString();
    return paintOf(this.#store.in(uri), this.#lit(), offset => document.positionAt(offset).line, this.#followed(uri));
  }

  #drawOver(editor: vscode.TextEditor): void {
    const { document } = editor;
    const paint = this.paint(document);
    const ranges = (spans: readonly Span[] | undefined) => (spans ?? []).map(span => rangeOf(document, span));
    this.#received.forEach((type, index) => editor.setDecorations(type, ranges(paint.received[index])));
    this.#litTypes.forEach((type, index) => editor.setDecorations(type, ranges(paint.lit[index])));
    editor.setDecorations(
      this.#afterLine,
      paint.afterLines.map(({ offset, text }) => ({
        range: rangeOf(document, { start: offset, end: offset }),
        renderOptions: {
          after: {
            contentText: text,
            color: new vscode.ThemeColor('attentionScope.resultForeground'),
            margin: '0 0 0 2em',
            fontStyle: 'italic',
          },
        },
      })),
    );
  }

  dispose(): void {
    for (const type of [...this.#received, ...this.#litTypes, this.#afterLine]) type.dispose();
  }
}

/** A decoration's colour belongs to its type: one type a strength, made once. */
function tintTypes(color: string): vscode.TextEditorDecorationType[] {
  return Array.from({ length: tintLevels }, (_, index) =>
    vscode.window.createTextEditorDecorationType({
      backgroundColor: new vscode.ThemeColor(`${color}${index + 1}Background`),
      borderColor: new vscode.ThemeColor(`${color}Border`),
      ...borders[index],
      outlineColor: new vscode.ThemeColor(`${color}Outline`),
      outline: outlines[index] ?? '',
      rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    }),
  );
}

import * as vscode from 'vscode';
import type { Span } from '../../protocol/trace.ts';

/** A span of a document, in UTF-16 code units, as VS Code has it. */
export function rangeOf(document: vscode.TextDocument, { start, end }: Span): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}

/** The text of a span, without a copy of the whole document. */
export function textAt(document: vscode.TextDocument, span: Span): string {
  return document.getText(rangeOf(document, span));
}

/** Where a text stands that stood at a span when its document was last looked at: there, or at the one other place that has it. */
export function locate(document: vscode.TextDocument, span: Span, text: string): Span | undefined {
  if (textAt(document, span) === text) return span;
  const all = document.getText();
  const start = all.indexOf(text);
  return start < 0 || all.includes(text, start + 1) ? undefined : { start, end: start + text.length };
}

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

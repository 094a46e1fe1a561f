/** Text as it is: no character of it is Markdown, a command or an icon. Line breaks stay breaks. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_{}[\]()#+\-.!|<>~$&:"'/@^=]/g, '\\$&')
    .replace(/^[ \t]+/gm, indent => '\u00a0'.repeat(indent.length))
    .replace(/\r\n?|\n/g, '  \n');
}

/** Commands that a link in a hover may run. */
export const hoverCommands = ['attentionScope.lightSources', 'attentionScope.copyResult', 'attentionScope.insertWritten'] as const;

export function commandLink(command: (typeof hoverCommands)[number], parameters: readonly unknown[]): string {
  return `command:${command}?${encodeURIComponent(JSON.stringify(parameters))}`;
}

export function slice(text: string, span: { readonly start: number; readonly end: number } | undefined): string {
  return span === undefined ? '' : text.slice(span.start, span.end);
}

/** A page is one element of its own, which its script defines. */
export interface Page {
  readonly element: 'attention-panel' | 'attention-image' | 'attention-checkpoint' | 'attention-run';
  readonly title: string;
}

export const pages = {
  panel: { element: 'attention-panel', title: 'Attention' },
  image: { element: 'attention-image', title: 'Image attention' },
  checkpoint: { element: 'attention-checkpoint', title: 'Checkpoint' },
  run: { element: 'attention-run', title: 'Run' },
} as const satisfies Record<string, Page>;

/** What a page needs to know of the webview it stands in. */
export interface PageSources {
  /** `webview.cspSource`. */
  readonly cspSource: string;
  readonly script: string;
  readonly style: string;
  /** Fresh for every page. */
  readonly nonce: string;
}

/**
 * A webview's page. Nothing runs but the bundled script, nothing is loaded but what lies beside it: no remote
 * resource, no inline script, no `eval`.
 */
export function pageHtml({ element, title }: Page, { cspSource, script, style, nonce }: PageSources): string {
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource} 'nonce-${nonce}'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${style}" nonce="${nonce}">
<title>${title}</title>
</head>
<body>
<${element}></${element}>
<script type="module" nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}

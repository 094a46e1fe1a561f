/** What the panel's page needs to know of the webview it stands in. */
export interface PageSources {
  /** `webview.cspSource`. */
  readonly cspSource: string;
  readonly script: string;
  readonly style: string;
  /** Fresh for every page. */
  readonly nonce: string;
}

/**
 * The panel's page. Nothing runs but the bundled script, nothing is loaded but what lies beside it: no remote
 * resource, no inline script, no `eval`.
 */
export function panelHtml({ cspSource, script, style, nonce }: PageSources): string {
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
<title>Attention</title>
</head>
<body>
<attention-panel></attention-panel>
<script type="module" nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}

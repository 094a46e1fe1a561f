/**
 * The panel's script. The page that loads it needs no more than this (bundled as dist/webview/panel.js and panel.css):
 *
 *   <meta http-equiv="Content-Security-Policy"
 *     content="default-src 'none'; script-src 'nonce-…'; style-src {cspSource} 'nonce-…'">
 *   <link rel="stylesheet" nonce="…" href="{panel.css}">
 *   <body><attention-panel></attention-panel><script type="module" nonce="…" src="{panel.js}"></script></body>
 *
 * No fonts, images or inline styles are used. VS Code sets the theme's variables, and its kind as a class of the body.
 */
import './panel.css';
import './attention-panel.ts';
import { connect } from './host.ts';

await customElements.whenDefined('attention-panel');
document.querySelector('attention-panel')?.attach(connect());

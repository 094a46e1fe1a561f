/**
 * The panel's script: an ES module beside one style sheet (dist/webview/panel.js and panel.css), in a page whose body is
 * a single `<attention-panel>`. It needs `script-src 'nonce-…'` and `style-src {cspSource}` and nothing else: no fonts,
 * no images, no inline styles. VS Code sets the theme's variables, and its kind as a class of the body.
 */
import './panel.css';
import type { FromInspectPage, ToInspectPage } from '../../protocol/inspect-page.ts';
import type { FromPanel, ToPanel } from '../../protocol/panel.ts';
import './attention-panel.ts';
import { connect } from './host.ts';

await customElements.whenDefined('attention-panel');
document.querySelector('attention-panel')?.attach(
  connect<FromPanel | FromInspectPage, ToPanel | ToInspectPage>(new Set<(ToPanel | ToInspectPage)['type']>(['show', 'begin', 'progress', 'end', 'failed', 'highlight', 'inspect'])),
);

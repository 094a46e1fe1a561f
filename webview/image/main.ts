/**
 * The image panel's script: as the panel's (webview/panel/main.ts), a page whose body is a single `<attention-image>`. The
 * picture comes as a message and is drawn on a canvas: no image is loaded from anywhere.
 */
import '../panel/panel.css';
import type { FromImagePanel, ToImagePanel } from '../../protocol/image-panel.ts';
import type { FromInspectPage, ToInspectPage } from '../../protocol/inspect-page.ts';
import { connect } from '../panel/host.ts';
import './attention-image.ts';

await customElements.whenDefined('attention-image');
document.querySelector('attention-image')?.attach(
  connect<FromImagePanel | FromInspectPage, ToImagePanel | ToInspectPage>(new Set<(ToImagePanel | ToInspectPage)['type']>(['picture', 'begin', 'classified', 'failed', 'inspect'])),
);

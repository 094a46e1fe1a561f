/**
 * The script of a run's page: as the panel's (webview/panel/main.ts), a page whose body is a single `<attention-run>`. It is told
 * what stands in the run's files; it reads none.
 */
import '../panel/panel.css';
import './run.css';
import type { FromInspectPage, ToInspectPage } from '../../protocol/inspect-page.ts';
import type { FromRunPage, ToRunPage } from '../../protocol/run-page.ts';
import { connect } from '../panel/host.ts';
import './attention-run.ts';

await customElements.whenDefined('attention-run');
document.querySelector('attention-run')?.attach(
  connect<FromRunPage | FromInspectPage, ToRunPage | ToInspectPage>(new Set<(ToRunPage | ToInspectPage)['type']>([
    'runs', 'details', 'unreadable', 'curves', 'heads', 'probe', 'unprobed', 'compare-on', 'inspect',
  ])),
);

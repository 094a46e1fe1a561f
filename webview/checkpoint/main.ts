/**
 * The script of a checkpoint's editor: as the panel's (webview/panel/main.ts), a page whose body is a single
 * `<attention-checkpoint>`. It is told what stands in the checkpoint; it reads no file.
 */
import '../panel/panel.css';
import type { FromCheckpointPage, ToCheckpointPage } from '../../protocol/checkpoint-page.ts';
import type { FromInspectPage, ToInspectPage } from '../../protocol/inspect-page.ts';
import { connect } from '../panel/host.ts';
import './attention-checkpoint.ts';

await customElements.whenDefined('attention-checkpoint');
document.querySelector('attention-checkpoint')?.attach(
  connect<FromCheckpointPage | FromInspectPage, ToCheckpointPage | ToInspectPage>(new Set<(ToCheckpointPage | ToInspectPage)['type']>([
    'reading', 'read', 'unreadable', 'changed', 'measured', 'unmeasurable', 'comparing', 'compared', 'incomparable', 'attending', 'attended', 'unattended', 'inspect',
  ])),
);

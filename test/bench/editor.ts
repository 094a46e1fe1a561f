/** The extension in a real VS Code: its activation, a warm translation as a user asks for it, hovers. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { harnessVariable } from '../vscode/requests.ts';
import { serveRequests } from '../vscode/serve-requests.ts';
import { openWorkbench } from '../vscode/workbench.ts';
import { bundleForVsCode } from './bundle-for-vscode.ts';
import { activationOnly, editorLineSchema, type EditorReport, runsVariable } from './editor-report.ts';
import { builtCommandLine, modelFolder } from './model.ts';
import type { Measurement, Part } from './part.ts';
import { withTemporaryFolder } from './temporary.ts';

export const editor: Part = {
  name: 'editor',
  about: 'the extension in a real VS Code: activation, a warm translation of 12 words, hovers',
  run: context =>
    withTemporaryFolder(async spare => {
      builtCommandLine();
      const model = await modelFolder(spare, context);
      const testsEntry = await bundleForVsCode('extension/test/measure.ts');
      const reports = new Reports();
      await using requests = await serveRequests(line => reports.take(line));
      const folder = join(spare, 'workspace');
      mkdirSync(folder);
      writeFileSync(join(folder, activationOnly), '');
      let report = reports.next();
      await using workbench = await openWorkbench({
        workspace: folder,
        testsEntry,
        env: { [harnessVariable]: requests.address, [runsVariable]: String(context.runs) },
        settings: { 'attentionScope.model': model, 'attentionScope.modelFolders': [dirname(model)] },
      });
      requests.use(workbench);
      const activations = [(await report).activation];
      // A window that is loaded again starts its extension host, and so the extension, afresh. The window that measures
      // everything comes last: the panel it leaves open would wake the extension before it is asked for.
      const windows = Math.max(2, Math.ceil(context.runs / 4));
      while (activations.length < windows) {
        if (activations.length === windows - 1) rmSync(join(workbench.folder, activationOnly));
        report = reports.next();
        await workbench.page.reload();
        activations.push((await report).activation);
      }
      return measurementsOf(await report, activations);
    }),
};

function measurementsOf({ translations, hovers, hoverRoundTrips }: EditorReport, activations: readonly number[]): Measurement[] {
  return [
    { name: 'extension activation', unit: 'ms', values: activations, limit: { kind: 'budget', most: 60, of: 'p95' } },
    { name: 'warm translation of 12 words, at the editor', unit: 'ms', values: translations, limit: { kind: 'budget', most: 40, of: 'median' } },
    { name: 'hover provider', unit: 'ms', values: hovers, limit: { kind: 'budget', most: 20, of: 'p95' } },
    { name: 'hover, every provider, there and back', unit: 'ms', values: hoverRoundTrips, limit: { kind: 'none' } },
  ];
}

/** A window is given so long to start and to measure. */
const limit = 5 * 60_000;

/** What the extension host has to say, one line a window. */
class Reports {
  #waiting: { readonly resolve: (report: EditorReport) => void; readonly reject: (error: Error) => void } | undefined;

  take(line: string): void {
    const told = editorLineSchema.parse(JSON.parse(line));
    if ('report' in told) this.#waiting?.resolve(told.report);
    else this.#waiting?.reject(new Error(told.error));
  }

  async next(): Promise<EditorReport> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), limit);
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting = { resolve, reject };
        late.signal.addEventListener('abort', () => reject(new Error(`VS Code did not report within ${limit / 60_000} minutes.`)));
      });
    } finally {
      clearTimeout(timer);
    }
  }
}

import * as vscode from 'vscode';
import { Failure } from '../../protocol/failure.ts';
import { exportFormats, exportMethod, type ExportFormat } from '../../protocol/inspection.ts';
import { formats } from '../inspection/save.ts';
import { waitingFor } from '../session/progress.ts';
import type { Command } from './command.ts';

/** Keeps the inspection that is shown in the history, also over a restart; or no longer. */
export const pinInspection: Command = {
  id: 'attentionScope.pinInspection',
  run(app) {
    const { history } = app.inspecting.inspections;
    const { id, isPinned } = app.inspecting.inspections.inspected(app.inspecting.shown.inspection);
    history.pin(id, !isPinned);
    app.notifier.say('information', isPinned ? 'The inspection is no longer pinned.' : 'The inspection is pinned: it stays in the history of the inspector.');
  },
};

/** Copies what was changed about the run that is shown, for `attention-scope attend --interventions`. */
export const copyInterventions: Command = {
  id: 'attentionScope.copyInterventions',
  async run(app) {
    const { asked } = app.inspecting.inspections.inspected(app.inspecting.shown.inspection);
    if (asked.interventions.length === 0) throw new Failure('empty-text', 'Nothing was changed about the run that is shown.', 'Change something under What if first.');
    await vscode.env.clipboard.writeText(`${JSON.stringify(asked.interventions, null, 2)}\n`);
  },
};

const lastFormat = 'attentionScope.export.format';

/** Writes the map that is shown to a file. Parameters, for tests: the format and the file. */
export const exportMap: Command = {
  id: 'attentionScope.exportMap',
  async run(app, given, to) {
    const { inspection, choice, reading } = app.inspecting.shown;
    const { inspections } = app.inspecting;
    const format = exportFormats.find(one => one === given) ?? (await chooseFormat(exportFormats.find(one => one === app.memory.get(lastFormat))));
    if (format === undefined) return;
    await app.memory.update(lastFormat, format);
    const file = to instanceof vscode.Uri ? to.fsPath : await app.inspecting.chooseFile(inspections.inspected(inspection), format);
    if (file === undefined) return;
    const cancelled = new Failure('cancelled', 'Nothing was exported.', 'Ask again when you want it.');
    const params = { map: { inspection, choice }, reading, format, drawing: 'matrix', file } as const;
    const { warnings } = await waitingFor(`Exporting as ${formats[format].name}…`, cancelled, signal => inspections.ask(exportMethod, params, signal));
    app.notifier.say(warnings.length === 0 ? 'information' : 'warning', [`The map was written to ${file}.`, ...warnings].join(' '));
  },
};

/** Copies the map that is shown as a picture. Only its page can: the clipboard of extensions takes no images. */
export const copyMapAsImage: Command = {
  id: 'attentionScope.copyMapAsImage',
  run(app) {
    void app.inspecting.shown;
    app.inspecting.active?.copyImage();
  },
};

async function chooseFormat(last: ExportFormat | undefined): Promise<ExportFormat | undefined> {
  const inOrder = last === undefined ? exportFormats : [last, ...exportFormats.filter(one => one !== last)];
  const items = inOrder.map(format => ({ format, label: formats[format].name, description: formats[format].what }));
  return (await vscode.window.showQuickPick(items, { title: 'Export Map', placeHolder: 'The format', matchOnDescription: true }))?.format;
}

import { isAbsolute } from 'node:path';
import { beamOf, chooseInspectedModel } from '../inspection/choose-model.ts';
import { assertMayRun } from '../settings.ts';
import { passagesOf } from '../text/selections.ts';
import type { Command } from './command.ts';

/**
 * Shows what any model looks at in the selection, or the paragraph at the caret, in the panel: also one that only reads. Parameter,
 * for tests: what to ask with, instead of asking the user.
 */
export const inspectSelection: Command = {
  id: 'attentionScope.inspectSelection',
  async run(app, given) {
    const [passage] = passagesOf(await app.currentEditor.get(), 'inspection');
    if (passage === undefined) return;
    const model = typeof given === 'string' ? { model: given, beam: beamOf(undefined) } : await chooseInspectedModel(app.listModels(), app.inspecting.recentModels, 'text');
    if (model === undefined) return;
    if (isAbsolute(model.model)) assertMayRun(model.model);
    const { text, languageId, uri, span } = passage;
    app.session.cancel();
    app.panel.open();
    app.panel.inspect({ asked: { ...model, text, languageId, interventions: [] }, place: { uri, span } });
  },
};

import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { harness } from '../../test/vscode/harness.ts';
import type { Test } from '../../test/vscode/run-tests.ts';
import { plainReading, type MapChoice } from '../../protocol/inspection.ts';
import type { App } from '../app.ts';
import type { Inspected } from '../inspection/history.ts';
import { annotateOne, extension, foreign, hoverAt, openText, run, select, tinted, toldDuring, until, withSettings, workspaceFolder } from './support.ts';

const { signal } = new AbortController();
const cross = (layer: number, head: number): MapChoice => ({ of: 'heads', kind: 'cross', layer, heads: [head], by: 'mean' });

/** What the inspector's page says when the user looks at another map. */
function look(app: App, inspection: string, choice: MapChoice): void {
  app.panel.receive({ type: 'inspect', message: { type: 'shown', shown: { inspection, choice, reading: plainReading, pointed: undefined } } });
}

/** The inspection of a text, once the panel that shows it has opened it. */
function inspected(app: App, text: string): Promise<Inspected> {
  return until(`the inspection of ${JSON.stringify(text)}`, () => app.inspecting.inspections.history.all.find(({ asked }) => asked.text === text));
}

export const inspecting: readonly Test[] = [
  {
    name: 'what was translated is inspected: the tints follow the map that is looked at, a head is knocked out, the map is exported',
    asAUser: true,
    timeout: 120_000,
    run: () => withSettings({ model: 'de-en' }, async () => {
      const app = await extension();
      const text = 'Der alte Hund schläft im Garten.';
      const editor = await openText(text);
      await annotateOne(editor, text);
      const { id } = await inspected(app, text);
      const levels = (): string => JSON.stringify(app.decorator.paint(editor.document).received);
      const click = (selector: string): Promise<void> => harness.click({ in: 'webview', selector: `attention-inspector ${selector}` });
      const seen = new Set<string>();
      let name: string | undefined;
      const untilTintedByAnother = async (): Promise<void> => {
        name = await until(`tints by another map than ${name}`, () => {
          const now = app.inspecting.followed(editor.document.uri.toString())?.name;
          return now !== name && now;
        });
        assert.ok((await hoverAt(editor.document, 'Hund'))?.value.includes(`*Tinted by* ${name}`));
        seen.add(levels());
      };
      await untilTintedByAnother();
      await click('head-squares button.all');
      await untilTintedByAnother();
      await click('head-squares button[data-head="0"]');
      await untilTintedByAnother();
      assert.equal(seen.size, 3, [...seen].join('\n'));
      assert.ok(tinted(app, editor.document).length > 0);

      await click('inspected-texts .word:text-is("Garten")');
      await until('the locked word', () => app.inspecting.isPointed);
      await run('clearHighlight');
      await until('nothing locked', () => !app.inspecting.isPointed);

      await click('[role="tab"]:text-is("What if")');
      await click('button:has-text("Knock out layer")');
      await harness.text({ in: 'webview', selector: 'what-if .difference' });
      assert.match(await harness.text({ in: 'webview', selector: 'what-if .difference + .told' }), /before: [\d.]+\s%/);
      const { inspections } = app.inspecting;
      assert.deepEqual(inspections.history.all[0]?.asked.interventions.map(change => change.do), ['knock-out']);
      await harness.screenshot('inspect-what-if');

      const file = vscode.Uri.joinPath(workspaceFolder(), 'map.svg');
      assert.match((await toldDuring(() => run('exportMap', 'svg', file))).join(), /^The map was written to .*map\.svg/);
      assert.match(new TextDecoder().decode(await vscode.workspace.fs.readFile(file)), /<svg[\s>]/);

      await editor.edit(edit => edit.insert(editor.document.positionAt(4), 'sehr '));
      assert.equal(inspections.history.get(id)?.isStale, true);
      assert.equal(app.inspecting.followed(editor.document.uri.toString()), undefined);
    }),
  },
  {
    name: 'a pinned inspection is kept, interventions are copied as JSON, and both say where there is nothing',
    run: async () => {
      const app = await extension();
      const text = 'We want to see the sea.';
      const editor = await openText(text);
      await annotateOne(editor, text);
      const { id, asked, place, at } = await inspected(app, text);
      look(app, id, cross(0, 0));
      await run('pinInspection');
      assert.equal(app.inspecting.inspections.history.get(id)?.isPinned, true);
      assert.deepEqual(app.memory.get('attentionScope.inspections.pinned'), [{ ...asked, place, at }]);
      await run('pinInspection');
      assert.deepEqual(app.memory.get('attentionScope.inspections.pinned'), []);
      assert.match((await toldDuring(() => run('copyInterventions'))).join(), /^Nothing was changed/);
      const interventions = [{ do: 'keep-only', kind: 'cross', layer: 0, head: 0 }] as const;
      const changed = await app.inspecting.inspections.open({ asked: { ...asked, interventions }, place: undefined }, signal);
      look(app, changed.id, cross(0, 0));
      await run('copyInterventions');
      await until('the clipboard', async () => (await vscode.env.clipboard.readText()).includes('keep-only'));
      assert.deepEqual(JSON.parse(await vscode.env.clipboard.readText()), interventions);
    },
  },
  {
    name: 'what the worker has forgotten is run again, and nobody notices',
    timeout: 120_000,
    run: async () => {
      const app = await extension();
      const text = 'Nobody knows where he lives.';
      const editor = await openText(text);
      await annotateOne(editor, text);
      const { id } = await inspected(app, text);
      await run('restartWorker');
      look(app, id, cross(0, 0));
      await until('its tints', () => app.inspecting.followed(editor.document.uri.toString()), 60_000);
      assert.equal((await app.inspecting.inspections.recall(id, signal)).id, id);
    },
  },
  {
    name: 'Inspect Selection shows what another program’s model looks at in the selection',
    timeout: 120_000,
    run: async () => {
      const app = await extension();
      const editor = await openText('Before. w1 w2 w3 w4. After.');
      select(editor, 'w1 w2 w3 w4');
      await run('inspectSelection', foreign('classifies').fsPath);
      const { id } = await inspected(app, 'w1 w2 w3 w4');
      const { layers } = await app.inspecting.inspections.recall(id, signal);
      assert.deepEqual([...new Set(layers.map(({ kind }) => kind))], ['encoder']);
      look(app, id, { of: 'layers', kind: 'encoder', layers: 'all', by: 'mean' });
      await until('the tints of the selection alone', () => {
        const words = tinted(app, editor.document);
        return words.length > 0 && words.every(word => /^w[1-4]$/.test(word));
      });
      await harness.screenshot('inspect-selection');
    },
  },
  {
    name: 'Inspect Selection searches as the settings say with a translator that is opened by its path',
    timeout: 120_000,
    run: () => withSettings({ beam: 3 }, async () => {
      const app = await extension();
      const text = 'Der kleine Vogel singt.';
      const editor = await openText(text);
      select(editor, text);
      const folder = vscode.Uri.joinPath(app.extensionUri, 'media', 'models', 'de-en').fsPath;
      await run('inspectSelection', folder);
      const { id, asked } = await inspected(app, text);
      const { output } = await app.inspecting.inspections.recall(id, signal);
      assert.equal(asked.beam, 3);
      assert.ok(output.kind === 'written' && output.searches.length > 0);
    }),
  },
];

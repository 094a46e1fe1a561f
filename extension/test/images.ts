import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { harness } from '../../test/vscode/harness.ts';
import type { Test } from '../../test/vscode/run-tests.ts';
import { extension, openText, run, toldDuring, until, withToyModels, workspaceFolder } from './support.ts';

/** A picture of 1 × 1 pixel. */
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC', 'base64');

async function write(name: string, bytes: Uint8Array): Promise<vscode.Uri> {
  const uri = vscode.Uri.joinPath(workspaceFolder(), name);
  await vscode.workspace.fs.writeFile(uri, bytes);
  return uri;
}

const tests: readonly Test[] = [
  {
    name: 'Classify Image of a menu opens its panel with the image’s classes, which can be copied',
    run: async () => {
      const app = await extension();
      await openText('Nothing.');
      await run('classifyImage', await write('dot.png', png));
      assert.ok(app.image.visible);
      const labels = app.image.classification?.labels ?? assert.fail('not classified');
      assert.deepEqual(labels.map(({ label }) => label).sort(), ['bag', 'boot', 'coat']);
      assert.equal(app.image.classification?.image.width, 1);
      app.image.receive({ type: 'run', command: 'copy' });
      await until('the clipboard', async () => (await vscode.env.clipboard.readText()).startsWith(labels[0]?.label ?? '?'));
      assert.match(app.status.text, /^\$\(eye\) Random weights/);
    },
  },
  {
    name: 'the image of the active editor is the one that is classified',
    run: async () => {
      const app = await extension();
      const uri = await write('active.png', png);
      await vscode.commands.executeCommand('vscode.open', uri);
      await until('its tab', () => vscode.window.tabGroups.activeTabGroup.activeTab?.label === 'active.png');
      await run('classifyImage');
      assert.equal(app.image.uri?.path, uri.path);
      assert.ok(app.image.classification);
    },
  },
  {
    name: 'what is no image, and what is not there, end in one message each',
    run: async () => {
      const none = await write('none.png', Buffer.from('GIF89a'));
      assert.match((await toldDuring(() => run('classifyImage', none))).join(), /^none\.png is neither a PNG nor a JPEG image\. [^,]+$/);
      const gone = vscode.Uri.joinPath(workspaceFolder(), 'gone.png');
      assert.match((await toldDuring(() => run('classifyImage', gone))).join(), /^gone\.png could not be read/);
      const damaged = await write('damaged.png', png.subarray(0, 40));
      const told = await toldDuring(() => run('classifyImage', damaged));
      assert.equal(told.length, 1, told.join('\n'));
      assert.match(told[0] ?? '', /damaged\.png/);
    },
  },
  {
    name: 'the image panel draws the picture; the arrow keys walk over its patches',
    asAUser: true,
    run: async () => {
      await openText('Nothing.');
      await run('classifyImage', await write('drawn.png', png));
      assert.match(await harness.text({ in: 'webview', selector: 'attention-image .labels' }), /bag[\s\S]*%|boot[\s\S]*%|coat[\s\S]*%/);
      await harness.click({ in: 'webview', selector: 'attention-picture canvas' });
      await harness.press('Control+Home');
      await until('a patch told of', async () =>
        (await harness.text({ in: 'webview', selector: 'attention-image .readout' })).startsWith('Row 1'));
      await harness.screenshot('image');
    },
  },
];

export const images: readonly Test[] = tests.map(test => ({ ...test, run: () => withToyModels(test.run) }));

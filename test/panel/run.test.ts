/** A run's page in a real Chromium: what a user would see, do and hear. */
import { describe, expect, test } from 'vitest';
import type { FromInspectPage, InspectMethod, InspectQuestion } from '../../protocol/inspect-page.ts';
import type { Inspection, MapWindow } from '../../protocol/inspection.ts';
import type { FromRunPage, ToRunPage, Wanted } from '../../protocol/run-page.ts';
import type { RunProbeParams, RunSummary } from '../../protocol/runs.ts';
import { barriers } from './axe.ts';
import type { OpenOptions, PanelPage } from './harness.ts';
import { translated } from './inspector-sample.ts';
import { sampleWindow } from './map-sample.ts';
import { detailsOf, heads, probeAt, probeSteps, seriesOf, shownRun, summaryOf } from './run-sample.ts';
import { executable, ink, pictures, usePanels } from './session.ts';

type Said = FromRunPage | FromInspectPage;

const failure = { code: 'no-such-file', message: 'run.json is not there.', hint: 'Open another folder.' } as const;
const [base, wide] = [summaryOf('base'), summaryOf('wide', { state: 'finished', step: 2000, secondsLeft: null })];

function resultOf(question: Extract<InspectQuestion, { readonly method: 'open' | 'peek' | 'map' }>): Inspection | MapWindow {
  if (question.method === 'map') return sampleWindow({ rows: 5, columns: 9, isSigned: question.params.minus !== undefined });
  const { params } = question;
  return { ...translated({ layers: 2, heads: 4, tokens: 9, isTranslator: true }, params.model.slice(params.model.lastIndexOf('/') + 1)), asked: params };
}

describe.skipIf(executable === undefined)('a run’s page', () => {
  const { open } = usePanels();

  const shown = async (runs: readonly RunSummary[], options: OpenOptions = {}): Promise<PanelPage> => {
    const opened = await open({ width: 1100, height: 760, ...options, page: 'run' });
    await opened.post({ type: 'runs', runs: runs.map(run => shownRun(run)) }, ...runs.map((run): ToRunPage => ({ type: 'details', details: detailsOf(run) })));
    await answer(opened);
    return opened;
  };
  const said = async <Type extends Said['type']>(opened: PanelPage, type: Type): Promise<readonly Extract<Said, { readonly type: Type }>[]> =>
    (await opened.sent()).filter((message): message is Extract<Said, { readonly type: Type }> => message.type === type);
  const wanted = async (opened: PanelPage): Promise<Wanted | undefined> => (await said(opened, 'want')).at(-1)?.wanted;
  /** Answers what the page asked for last, as the extension does. */
  const answer = async (opened: PanelPage): Promise<void> => {
    const { curves = [], heads: headsOf = null } = (await wanted(opened)) ?? {};
    const messages = curves.map(({ folder, metrics, ...range }): ToRunPage => {
      const all = seriesOf(folder === base.folder ? 1 : 2, folder === base.folder ? 3000 : 2000);
      return { type: 'curves', folder, range, series: all.filter(({ metric }) => metrics.includes(metric)) };
    });
    const at = (await said(opened, 'probe')).at(-1)?.at;
    await opened.post(
      ...messages, ...(headsOf === null ? [] : [{ type: 'heads', folder: headsOf, heads } as const]), ...(at === undefined ? [] : [{ type: 'probe', at, probe: probeAt(at) } as const]),
    );
  };
  const tab = async (opened: PanelPage, name: string): Promise<void> => {
    await opened.page.getByRole('tab', { name }).click();
    await opened.settle();
    await answer(opened);
    await answer(opened);
  };
  const questions = async <Method extends InspectMethod>(opened: PanelPage, method: Method): Promise<readonly Extract<InspectQuestion, { readonly method: Method }>[]> =>
    (await said(opened, 'inspect')).flatMap(({ message }) => (message.type === 'ask' && message.method === method ? [message as Extract<InspectQuestion, { readonly method: Method }>] : []));
  /** Answers what the inspector's parts ask, as the extension does: each checkpoint's inspection is called by its step. */
  const inspect = async (opened: PanelPage): Promise<void> => {
    const answered = new Set<number>();
    for (let round = 0; round < 3; round++) {
      const asked = [...(await questions(opened, 'open')), ...(await questions(opened, 'peek')), ...(await questions(opened, 'map'))].filter(({ id }) => !answered.has(id));
      for (const { id } of asked) answered.add(id);
      await opened.post(...asked.map(question => ({ type: 'inspect', message: { type: 'answer', id: question.id, result: resultOf(question) } } as const)));
    }
  };
  const chart = (opened: PanelPage, heading: string) => opened.page.locator('run-chart').filter({ has: opened.page.locator('h3', { hasText: heading }) });
  const told = async (opened: PanelPage, heading: string): Promise<string> => (await chart(opened, heading).locator('.values').innerText()).replace(/\s+/g, ' ');
  const lastProbe = async (opened: PanelPage): Promise<RunProbeParams | undefined> => (await said(opened, 'probe')).at(-1)?.at;

  test('says how the run stands, and tells what is wished of it', async () => {
    const opened = await open({ page: 'run' });
    expect(await opened.sent()).toEqual([{ type: 'ready' }]);
    await opened.post({ type: 'runs', runs: [shownRun(base)] });
    expect(await opened.page.getByRole('heading', { level: 1 }).innerText()).toBe('base');
    expect(await opened.page.locator('header p').innerText()).toBe('Running · step 3,000 of 20,000 (15 %) · 12 min left');
    await opened.page.getByText('Reading …').waitFor();
    await opened.page.getByRole('button', { name: 'Pause' }).click();
    expect(await opened.lastSent()).toEqual({ type: 'control', folder: base.folder, wish: 'pause' });
    await opened.post({ type: 'runs', runs: [shownRun({ ...base, state: 'paused' })] });
    await opened.page.getByRole('button', { name: 'Resume' }).click();
    expect(await opened.lastSent()).toEqual({ type: 'control', folder: base.folder, wish: 'resume' });
    await opened.page.getByRole('button', { name: 'Compare with Run…' }).click();
    expect(await opened.lastSent()).toEqual({ type: 'run', command: 'add' });
  });

  test('draws a chart a measure, training and validation in one, with the last values', async () => {
    const opened = await shown([base]);
    expect(await opened.page.locator('run-chart h3').allInnerTexts()).toEqual(['Loss', 'Negative log-likelihood', 'Perplexity', 'BLEU', 'Gradient norm', 'Learning rate', 'Tokens per second']);
    expect(await told(opened, 'Negative')).toMatch(/^train 1\.\d+ validation 1\.2/);
    expect((await wanted(opened))?.points).toBeGreaterThanOrEqual(512);
    const painted = await chart(opened, 'Loss').locator('canvas').evaluate(element => {
      const canvas = element as HTMLCanvasElement;
      const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
      return data.filter((value, index) => index % 4 === 3 && value > 200).length;
    });
    expect(painted).toBeGreaterThan(500);
  });

  test('tells the values below the pointer in all charts at once, and by keys', async () => {
    const opened = await shown([base, wide]);
    expect(await told(opened, 'Loss')).toMatch(/^base 1\.\d+ wide 2\.\d+$/);
    await chart(opened, 'Loss').locator('.u-over').hover({ position: { x: 40, y: 60 } });
    await opened.settle();
    const place = await chart(opened, 'Loss').locator('h3 .at').innerText();
    expect(place).toMatch(/^Step \d+0$/);
    expect(await chart(opened, 'Gradient norm').locator('h3 .at').innerText()).toBe(place);
    const plot = chart(opened, 'Loss').locator('.plot');
    await plot.focus();
    await opened.page.keyboard.press('End');
    await opened.settle();
    // The other run had ended by then.
    expect(await told(opened, 'Loss')).toMatch(/^base 1\.\d+ wide –$/);
    await opened.page.keyboard.press('Escape');
    await opened.settle();
    expect(await chart(opened, 'Loss').locator('h3 .at').count()).toBe(0);
  });

  test('a stretch that is drawn is looked at closer, in all charts, with all its points; a double click gives all back', async () => {
    const opened = await shown([base]);
    const box = await chart(opened, 'Loss').locator('.u-over').boundingBox();
    if (box === null) throw new Error('nothing was drawn');
    await opened.page.mouse.move(box.x + box.width * 0.5, box.y + 50);
    await opened.page.mouse.down();
    await opened.page.mouse.move(box.x + box.width * 0.75, box.y + 60, { steps: 4 });
    await opened.page.mouse.up();
    await opened.settle();
    const asked = (await wanted(opened))?.curves[0];
    expect(asked?.from).toBeGreaterThan(1300);
    expect(asked?.from).toBeLessThan(1600);
    expect(asked?.to).toBeGreaterThan(2150);
    expect(asked?.to).toBeLessThan(2400);
    await answer(opened);
    await opened.page.getByRole('button', { name: 'Show All' }).waitFor();
    await chart(opened, 'BLEU').locator('.u-over').dblclick({ position: { x: 50, y: 50 } });
    await opened.settle();
    expect((await wanted(opened))?.curves[0]).not.toHaveProperty('from');
    expect(await opened.page.getByRole('button', { name: 'Show All' }).count()).toBe(0);
  });

  test('smooths, takes logarithms and runs over time, each at once', async () => {
    const opened = await shown([base]);
    const canvas = (): Promise<string> => chart(opened, 'Loss').locator('canvas').evaluate(element => (element as HTMLCanvasElement).toDataURL());
    const seen = [await canvas()];
    await opened.page.getByRole('slider', { name: 'Smoothing' }).fill('80');
    await opened.settle();
    seen.push(await canvas());
    expect(await told(opened, 'Loss')).toMatch(/^train 1\.\d+ \(1\.98\)$/);
    await opened.page.getByRole('checkbox', { name: 'Logarithmic' }).check();
    await opened.settle();
    seen.push(await canvas());
    await opened.page.getByRole('combobox', { name: 'Across' }).selectOption('relative');
    await opened.settle();
    seen.push(await canvas());
    expect(new Set(seen).size).toBe(4);
    await chart(opened, 'Loss').locator('.u-over').hover({ position: { x: 60, y: 60 } });
    await opened.settle();
    expect(await chart(opened, 'Loss').locator('h3 .at').innerText()).toMatch(/^After \d+ (s|min)/);
  });

  test('runs can be hidden and taken away, but for the first', async () => {
    const opened = await shown([base, wide]);
    await opened.page.getByRole('button', { name: 'wide', exact: true }).click();
    await opened.settle();
    expect(await told(opened, 'Loss')).toMatch(/^train 1\.\d+$/);
    expect((await wanted(opened))?.curves.map(({ folder }) => folder)).toEqual([base.folder]);
    await opened.page.getByRole('button', { name: 'Take wide away' }).click();
    expect(await opened.lastSent()).toEqual({ type: 'remove', folder: wide.folder });
    expect(await opened.page.getByRole('button', { name: 'Take base away' }).count()).toBe(0);
  });

  test('what comes while it is looked at is drawn, and what was told stays', async () => {
    const opened = await shown([base]);
    const before = await told(opened, 'Perplexity');
    await opened.post({ type: 'curves', folder: base.folder, range: {}, series: seriesOf(1, 3500) });
    await opened.post({ type: 'runs', runs: [shownRun({ ...base, step: 3500 })] });
    expect(await told(opened, 'Perplexity')).not.toBe(before);
    expect(await opened.page.locator('header p').innerText()).toContain('step 3,500');
    expect(await opened.page.locator('run-chart').count()).toBe(7);
  });

  test('the slider takes a map through the checkpoints, keys and play do too; who looks at the newest follows', async () => {
    const opened = await shown([base]);
    await tab(opened, 'Attention');
    expect(await lastProbe(opened)).toEqual({ folder: base.folder, step: 3000, example: 0, map: 'encoder 0.0' });
    const slider = opened.page.getByRole('slider', { name: 'Checkpoint' });
    expect(await slider.getAttribute('aria-valuetext')).toBe('step 3,000, 6 of 6');
    const newest = await ink(opened.page);
    await slider.focus();
    await opened.page.keyboard.press('ArrowLeft');
    await opened.settle();
    expect((await lastProbe(opened))?.step).toBe(2500);
    await answer(opened);
    await opened.settle();
    expect(await ink(opened.page)).not.toBe(newest);
    await opened.page.keyboard.press('Home');
    await opened.settle();
    await answer(opened);
    await opened.page.keyboard.press('Space');
    await opened.page.getByRole('button', { name: 'Pause' }).last().waitFor();
    for (const step of probeSteps.slice(1)) {
      await expect.poll(async () => (await lastProbe(opened))?.step ?? 0, { timeout: 20_000 }).toBeGreaterThanOrEqual(Math.min(step, 2000));
      await answer(opened);
    }
    await expect.poll(() => slider.getAttribute('aria-valuetext'), { timeout: 20_000 }).toBe('step 3,000, 6 of 6');
    const details = detailsOf(base);
    const more = { ...details, probes: details.probes === null ? null : { ...details.probes, steps: [...probeSteps, 3500] } };
    await opened.post({ type: 'details', details: more });
    expect((await lastProbe(opened))?.step).toBe(3500);
    expect(await slider.getAttribute('aria-valuetext')).toBe('step 3,500, 7 of 7');
  });

  test('layer, head and example are chosen; curves of a layer’s heads stand beside, and a click on them jumps', async () => {
    const opened = await shown([base]);
    await tab(opened, 'Attention');
    await opened.page.getByRole('combobox', { name: 'Layer' }).selectOption('cross 1');
    await opened.page.getByRole('combobox', { name: 'Example' }).selectOption('1');
    await opened.settle();
    expect(await lastProbe(opened)).toEqual({ folder: base.folder, step: 3000, example: 1, map: 'cross 1.0' });
    await answer(opened);
    expect(await opened.page.locator('run-chart h3').allInnerTexts()).toEqual(['Entropy of a row, in bits', 'Alignment error rate']);
    await chart(opened, 'Alignment').getByRole('button', { name: 'head 3' }).click();
    await opened.settle();
    expect((await lastProbe(opened))?.map).toBe('cross 1.2');
    expect(await opened.page.getByRole('combobox', { name: 'Head' }).inputValue()).toBe('cross 1.2');
    await answer(opened);
    await chart(opened, 'Entropy').locator('.u-over').click({ position: { x: 4, y: 60 } });
    await opened.settle();
    expect((await lastProbe(opened))?.step).toBe(500);
    await opened.post({ type: 'unprobed', at: { folder: base.folder, step: 500, example: 1, map: 'cross 1.2' }, failure: { code: 'bad-argument', message: 'The probe has no such map.', hint: 'Choose another step.' } });
    await opened.page.getByText('The probe has no such map.').waitFor();
    await opened.page.getByRole('button', { name: 'Newest' }).click();
    await opened.settle();
    expect(await opened.page.getByText('The probe has no such map.').count()).toBe(0);
  });

  test('two checkpoints read a text of the user’s: an inspection of each, side by side and with what differs; a slider goes over time', async () => {
    const steps = [1000, 2000, 3000];
    const long = summaryOf('base', { checkpoints: steps.map(step => ({ step, folder: `${base.folder}/checkpoints/${step}`, bytes: 1, best: step === 3000, metric: step / 100, likelihood: 1 })) });
    const opened = await shown([long]);
    await tab(opened, 'Checkpoints');
    await opened.page.getByRole('button', { name: 'Compare on Text…' }).click();
    expect(await opened.lastSent()).toEqual({ type: 'choose-text', proposal: '' });
    await opened.post({ type: 'compare-on', text: 'Die Katze schläft' });
    expect(await opened.page.getByRole('combobox', { name: 'To checkpoint' }).locator('option').allInnerTexts()).toEqual(['Step 1,000 · BLEU 10', 'Step 2,000 · BLEU 20', 'Step 3,000 · BLEU 30 · best']);
    // One after the other.
    expect((await questions(opened, 'peek')).map(({ params }) => params)).toEqual([{ model: `${base.folder}/checkpoints/1000`, text: 'Die Katze schläft', languageId: 'plaintext', beam: 1, interventions: [] }]);
    expect(await opened.page.getByRole('status').getByText('Step 1,000 reads the text, 1 of 2 …').count()).toBe(1);
    await inspect(opened);
    await inspect(opened);
    expect(await opened.page.locator('map-pair h2').allInnerTexts()).toEqual(['Step 1,000: Decoder, over the source: layer 1, head 2', 'Step 3,000: Decoder, over the source: layer 1, head 2', 'Difference: the second less the first']);
    expect((await questions(opened, 'map')).at(-1)?.params).toMatchObject({ map: { inspection: '3000' }, minus: { inspection: '1000' }, reading: { unit: 'tokens' } });
    await opened.page.getByRole('button', { name: 'Head 3' }).dblclick();
    await inspect(opened);
    expect((await questions(opened, 'map')).at(-1)?.params).toMatchObject({ map: { inspection: '3000', choice: { heads: [2] } }, minus: { inspection: '1000', choice: { heads: [2] } } });
    await opened.page.screenshot({ path: `${pictures}/run-checkpoints.png` });
    const slider = opened.page.getByRole('slider', { name: 'To checkpoint, over time' });
    await slider.focus();
    await opened.page.keyboard.press('ArrowLeft');
    await opened.settle();
    expect(await slider.getAttribute('aria-valuetext')).toBe('Step 2,000, 2 of 3');
    await inspect(opened);
    await opened.page.getByRole('heading', { name: 'Step 2,000: Decoder' }).waitFor();
    // What the slider only passes by is not kept; where it rests, both are.
    expect(await questions(opened, 'open')).toEqual([]);
    await expect.poll(async () => (await questions(opened, 'open')).map(({ params }) => params.model.replace(/^.*\//, '')), { timeout: 10_000 }).toEqual(['1000', '2000']);
    await opened.page.keyboard.press('ArrowRight');
    await opened.settle();
    await opened.page.getByRole('button', { name: 'Cancel' }).click();
    expect((await said(opened, 'inspect')).at(-1)?.message).toMatchObject({ type: 'cancel' });
    await opened.page.getByRole('button', { name: 'Run Both' }).click();
    await opened.settle();
    const id = (await questions(opened, 'peek')).at(-1)?.id ?? 0;
    await opened.post({ type: 'inspect', message: { type: 'refused', id, failure } });
    await opened.page.getByRole('alert').getByText('run.json is not there.').waitFor();
    expect(await barriers(opened.page)).toEqual([]);
  });

  test('samples stand newest first; settings that differ are marked, and can be all there is', async () => {
    const opened = await shown([base, wide]);
    await tab(opened, 'Samples');
    expect(await opened.page.locator('.samples tbody th').allInnerTexts()).toEqual(['3,000', '2,500', '2,000', '1,500', '1,000', '500']);
    await opened.page.getByText('7 earlier samples are in events.jsonl.').waitFor();
    await tab(opened, 'Config');
    const rows = await opened.page.getByRole('row').allInnerTexts();
    expect(rows.map(row => row.replace(/\s+/g, ' '))).toEqual(['Setting base wide', 'task translation translation', '≠ model.width 128 256', 'model.heads 4 4']);
    await opened.page.getByRole('checkbox', { name: 'Only differences' }).check();
    await opened.settle();
    expect(await opened.page.getByRole('row').count()).toBe(2);
    await tab(opened, 'Hardware');
    expect(await opened.page.locator('run-chart h3').allInnerTexts()).toEqual(['Memory', 'Processors busy', 'Tokens per second']);
  });

  test('a part that has nothing to show says why, a run that cannot be read what to do', async () => {
    const opened = await open({ page: 'run' });
    const waiting = summaryOf('new', { state: 'preparing', step: 0, checkpoints: [] });
    await opened.post({ type: 'runs', runs: [shownRun(waiting)] }, { type: 'details', details: detailsOf(waiting, { metrics: [], samples: [], probes: null }) });
    await opened.page.getByText('The run waits for its first step').waitFor();
    for (const [name, title] of [['Attention', 'No attention yet'], ['Checkpoints', 'No checkpoint yet'], ['Samples', 'No samples yet'], ['Hardware', 'Nothing measured yet']] as const) {
      await opened.page.getByRole('tab', { name }).click();
      await opened.page.getByText(title).waitFor();
    }
    const log = summaryOf('keras', { format: 'csv', state: 'finished', checkpoints: [] });
    await opened.post({ type: 'runs', runs: [shownRun(log)] }, { type: 'details', details: detailsOf(log, { samples: [], probes: null, config: [] }) });
    expect(await opened.page.locator('header p').innerText()).toMatch(/^CSV log · /);
    expect(await opened.page.getByRole('button', { name: 'Stop' }).count()).toBe(0);
    await opened.page.getByRole('tab', { name: 'Attention' }).click();
    await opened.page.getByText('attention_scope.py').waitFor();
    await opened.post({ type: 'runs', runs: [shownRun(summaryOf('broken'))] }, { type: 'unreadable', folder: '/home/user/runs/broken', failure });
    await opened.page.getByRole('button', { name: 'Retry' }).click();
    expect(await opened.lastSent()).toEqual({ type: 'run', command: 'reload' });
    await opened.post({ type: 'runs', runs: [shownRun(summaryOf('broken'), true)] });
    await opened.page.getByText('The run is gone').waitFor();
  });

  test('is there again as it was left: tab, stretch, smoothing, map, step', async () => {
    const opened = await shown([base, wide]);
    await opened.page.getByRole('slider', { name: 'Smoothing' }).fill('50');
    await tab(opened, 'Attention');
    await opened.page.getByRole('combobox', { name: 'Layer' }).selectOption('cross 0');
    await opened.page.getByRole('slider', { name: 'Checkpoint' }).fill('2');
    await opened.settle();
    expect(await opened.state()).toMatchObject({ folders: [base.folder, wide.folder] });
    const again = await shown([base, wide], { state: await opened.state() });
    expect(await lastProbe(again)).toEqual({ folder: base.folder, step: 1500, example: 0, map: 'cross 0.0' });
    await tab(again, 'Curves');
    expect(await again.page.getByRole('slider', { name: 'Smoothing' }).inputValue()).toBe('50');
  });

  test.each(['dark', 'light', 'high-contrast', 'high-contrast-light'] as const)('pictures in the %s theme', async theme => {
    const opened = await shown([base, wide], { theme, deviceScaleFactor: 2 });
    await opened.page.getByRole('slider', { name: 'Smoothing' }).fill('80');
    await chart(opened, 'Loss').locator('.u-over').hover({ position: { x: 80, y: 60 } });
    await opened.settle();
    await opened.page.screenshot({ path: `${pictures}/run-curves-${theme}.png` });
    await tab(opened, 'Attention');
    await opened.page.getByRole('combobox', { name: 'Layer' }).selectOption('cross 1');
    await opened.settle();
    await answer(opened);
    await opened.page.screenshot({ path: `${pictures}/run-attention-${theme}.png` });
    await tab(opened, 'Config');
    await opened.page.screenshot({ path: `${pictures}/run-config-${theme}.png` });
  });

  test('nothing is cut off in an editor of 320 pixels', async () => {
    const opened = await shown([base, wide], { width: 320, height: 700, deviceScaleFactor: 2 });
    await opened.page.screenshot({ path: `${pictures}/run-narrow.png` });
    for (const name of ['Attention', 'Checkpoints', 'Samples', 'Config', 'Hardware', 'Curves']) {
      await tab(opened, name);
      expect(await opened.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    }
  });
});

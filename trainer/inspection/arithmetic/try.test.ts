import { join } from 'node:path';
import { test } from 'vitest';
import { openModel } from '../../engine/models.ts';
import { bundledFolder } from '../../models/catalog.ts';
import { minilm } from '../../taps/minilm.fixture.ts';
import { Inspector } from '../inspector.ts';

const texts: Record<string, string> = {};
test.each(['en-fr', 'de-en', 'sentiment', ...(process.env.TRY ?? '').split(',').filter(Boolean)])('%s', async name => {
  const folder = name.startsWith('/') ? name : join(bundledFolder, name);
  const model = await openModel(folder, { threads: 1, whenLarge: { do: 'refuse' } });
  const inspector = new Inspector();
  const text = texts[name] ?? 'The dog sleeps. The house is small.';
  const signal = new AbortController().signal;
  const t0 = performance.now();
  const pass = await inspector.open({ asked: { model: folder, text, languageId: 'plaintext', beam: 1, interventions: [] }, folder }, model, signal);
  console.log(name, 'opened', Math.round(performance.now() - t0));
  for (const { kind, layer, heads, hasArithmetic, queries } of pass.layers) {
    const rows = pass.axes[queries]?.tokens.length ?? 0;
    const t1 = performance.now();
    const query = rows - 1;
    try {
      const found = await inspector.arithmetic({ inspection: pass.id, kind, layer, head: heads - 1, query }, model, signal);
      console.log(name, kind, layer, heads, hasArithmetic, 'ok', found.score, found.score === 'dot-product' ? [found.query.length, found.scale] : [found.direction.length], found.keys.length, found.firstKey, found.output.length, Math.round(performance.now() - t1));
    } catch (thrown) {
      console.log(name, kind, layer, heads, hasArithmetic, 'refused', String((thrown as Error).message), Math.round(performance.now() - t1));
      if (!(thrown as Error).message.includes('cannot be told')) console.log((thrown as Error).stack);
    }
  }
  console.log(await model.helm.whyNoNumbers(pass.layers[0]!));
  await model.release();
}, 60_000);
void minilm;

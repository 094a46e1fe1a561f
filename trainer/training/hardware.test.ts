import { expect, test } from 'vitest';
import { Hardware } from './hardware.ts';

test('what this process takes: its memory, and processors only while it computes', async () => {
  const hardware = new Hardware();
  const until = performance.now() + 100;
  while (performance.now() < until) Math.sqrt(until);
  const busy = hardware.use();
  await new Promise(resolve => setTimeout(resolve, 200));
  const idle = hardware.use();
  expect(busy.memory).toBeGreaterThan(10_000_000);
  expect(busy.processors).toBeGreaterThan(idle.processors);
});

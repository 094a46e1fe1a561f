import { expect, it } from 'vitest';
import { RecentModels, unlisted } from './recent-models.ts';

function storage(stored?: unknown) {
  let value = stored;
  return { get: () => value as never, update: async (_: string, to: unknown) => void (value = to) };
}

it('the last eight models are known, the newest first, each of them once', async () => {
  const recent = new RecentModels(storage());
  for (let model = 0; model < 9; model++) await recent.add(`/models/${model}.onnx`);
  await recent.add('/models/3.onnx');
  expect(recent.all.map(path => path.slice(8, 9)).join('')).toBe('38765421');
});

it('what is no list of paths is forgotten', () => {
  expect(new RecentModels(storage('torn')).all).toEqual([]);
  expect(new RecentModels(storage([7, '/models/a.onnx'])).all).toEqual(['/models/a.onnx']);
});

it('a model that is in the list by itself is not in it once more by its path', () => {
  const models = [{ folder: '/models/de-en' }, { folder: '/models/graph.onnx' }];
  expect(unlisted(['/models/de-en', '/models/de-en/model.json', '/models/graph.onnx', '/models/other', '/models'], models)).toEqual(['/models/other', '/models']);
});

import { describe, expect, it } from 'vitest';
import { classifyMethod } from '../../protocol/server.ts';
import { classificationOf } from '../annotations/trace.fixture.ts';
import { LargeModels } from './large-models.ts';
import type { Ask, RunningMethod } from './methods.ts';

const params = { text: 'a', model: '/models/large', languageId: 'plaintext' };
const { signal } = new AbortController();

/** A worker that loads a model only if it was told to load it all the same. */
function make(answer: boolean) {
  const asked: (boolean | undefined)[] = [];
  const notices: string[] = [];
  const ask = (async (_method: string, { evenIfLarge }: { evenIfLarge?: boolean }) => {
    asked.push(evenIfLarge);
    // As the connection throws it, whose bundle has a class of its own for it.
    if (evenIfLarge !== true) throw Object.assign(new Error('It has 9 GB, and 2 GB are free.'), { code: 'not-enough-memory', hint: 'Close other programs.' });
    return classificationOf('a', [1], [1]);
  }) as unknown as Ask<RunningMethod>;
  const large = new LargeModels(ask, async notice => {
    notices.push(notice);
    return answer;
  });
  return { large, asked, notices };
}

describe('a model that is larger than the free memory', () => {
  it('is loaded once the user says so, who is not asked again', async () => {
    const { large, asked, notices } = make(true);
    await large.ask(classifyMethod, params, signal);
    await large.ask(classifyMethod, params, signal);
    expect([asked, notices]).toEqual([[undefined, true, true], ['It has 9 GB, and 2 GB are free.']]);
  });

  it('is not loaded against the user’s will, who is asked again next time', async () => {
    const { large, asked, notices } = make(false);
    for (let turn = 0; turn < 2; turn++) await expect(large.ask(classifyMethod, params, signal)).rejects.toMatchObject({ code: 'cancelled' });
    expect([asked, notices.length]).toEqual([[undefined, undefined], 2]);
  });
});

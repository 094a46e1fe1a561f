import { describe, expect, it, vi } from 'vitest';
import { Failure } from '../../protocol/failure.ts';
import { translateMethod } from '../../protocol/server.ts';
import { traceOf } from '../annotations/trace.fixture.ts';
import type { WorkerConnection } from './connection.ts';
import { restartsAtOnce } from './restart-policy.ts';
import { Worker, type WorkerState } from './worker.ts';

const params = { text: 'a', model: 'en-fr', beam: 1, languageId: 'plaintext' };
const trace = traceOf('a', 'b', []);

function make(fails: () => boolean = () => false) {
  const states: WorkerState[] = [];
  const said: string[] = [];
  const lives: { lose: () => void }[] = [];
  const stop = vi.fn(() => Promise.resolve());
  const worker = new Worker({
    connect: (_onStatus, onLost) => {
      if (fails()) return Promise.reject(new Failure('worker-lost', 'It could not be started.', 'See the log.'));
      lives.push({ lose: onLost });
      const connection = { pid: lives.length, ask: (method: string) => Promise.resolve(method === translateMethod ? trace : []), stop };
      return Promise.resolve(connection as unknown as WorkerConnection);
    },
    onState: state => states.push(state),
    onStatus: () => undefined,
    sayLost: message => said.push(message),
  });
  const translate = (signal = new AbortController().signal) => worker.ask(translateMethod, params, signal, () => undefined);
  return { worker, states, said, lives, stop, translate };
}

describe('the worker', () => {
  it('starts with the first request and serves the next ones', async () => {
    const { worker, states, lives, translate } = make();
    expect(worker.state).toBe('stopped');
    await Promise.all([translate(), translate()]);
    await worker.models(new AbortController().signal);
    expect(lives).toHaveLength(1);
    expect(states).toEqual(['starting', 'running']);
    expect(worker.requests).toBe(2);
  });

  it('is restarted when it is lost, says so once, and works again', async () => {
    const { worker, said, lives, translate } = make();
    await translate();
    lives[0]?.lose();
    expect(said).toHaveLength(1);
    expect(await translate()).toBe(trace);
    expect(worker.pid).toBe(2);
    expect(said).toHaveLength(1);
  });

  it('is not started in a loop when it keeps dying, but by the next request', async () => {
    const { worker, lives, translate } = make();
    await translate();
    for (let loss = 0; loss < 5; loss++) {
      lives.at(-1)?.lose();
      await new Promise(resolve => setImmediate(resolve));
    }
    expect(lives).toHaveLength(5);
    expect(worker.state).toBe('stopped');
    await translate();
    expect(lives).toHaveLength(6);
  });

  it('that could not be started is tried again by the next request', async () => {
    let broken = true;
    const { worker, said, translate } = make(() => broken);
    await expect(translate()).rejects.toMatchObject({ code: 'worker-lost' });
    expect(said).toEqual(['It could not be started. See the log.']);
    expect(worker.state).toBe('stopped');
    broken = false;
    expect(await translate()).toBe(trace);
  });

  it('goes away when asked, without a word', async () => {
    const { worker, said, lives, stop, translate } = make();
    await translate();
    await worker.stop();
    lives[0]?.lose();
    expect(stop).toHaveBeenCalledOnce();
    expect(said).toEqual([]);
    expect(worker.pid).toBeUndefined();
  });

  it('holds nobody who has given up', async () => {
    const { translate } = make();
    await expect(translate(AbortSignal.abort(new Failure('cancelled', '', '')))).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('restarting at once', () => {
  it('is done four times in three minutes', () => {
    expect(restartsAtOnce([0])).toBe(true);
    expect(restartsAtOnce([0, 1, 2, 3])).toBe(true);
    expect(restartsAtOnce([0, 1, 2, 3, 4])).toBe(false);
    expect(restartsAtOnce([0, 1, 2, 3, 200_000])).toBe(true);
  });
});

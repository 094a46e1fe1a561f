import { describe, expect, it } from 'vitest';
import { statusView, type StatusFacts } from './view.ts';

const facts: StatusFacts = { task: 'translation', model: 'en-fr', modelName: 'English → French', worker: 'running', server: { state: 'idle' }, inspected: undefined, doing: undefined };

describe('the status bar item', () => {
  it('names the model, by its folder until its name is known', () => {
    expect(statusView(facts).text).toBe('$(eye) English → French');
    expect(statusView({ ...facts, modelName: undefined }).text).toBe('$(eye) en-fr');
    expect(statusView({ ...facts, model: '/a/b/mine', modelName: undefined }).text).toBe('$(eye) mine');
    expect(statusView({ ...facts, task: 'dialogue', model: undefined, modelName: undefined }).text).toBe('$(eye) no model');
    expect(statusView({ ...facts, model: String.raw`C:\a\mine`, modelName: undefined }).text).toBe('$(eye) mine');
  });

  it('names the model that is looked at in front, and then says which one translates', () => {
    const looking = statusView({ ...facts, inspected: '/models/MiniLM' });
    expect(looking).toMatchObject({ text: '$(eye) MiniLM', models: ['Inspected: /models/MiniLM', 'Translation: English → French'], label: 'Attention Scope, inspected model MiniLM, ready' });
    expect(statusView({ ...facts, inspected: 'English → French' })).toEqual(statusView(facts));
    expect(statusView({ ...facts, inspected: 'MiniLM', doing: 'translating' }).text).toBe('$(loading~spin) English → French');
    expect(statusView(facts).models).toEqual(['Model: English → French']);
  });

  it('tells the state, and lets a running translation be cancelled', () => {
    expect(statusView({ ...facts, worker: 'stopped' }).state).toBe('not started');
    expect(statusView({ ...facts, worker: 'starting' }).state).toBe('starting the worker');
    expect(statusView({ ...facts, server: { state: 'loading', model: 'en-fr' }, doing: 'translating' }).state).toBe('loading the model');
    const busy = statusView({ ...facts, doing: 'classifying' });
    expect(busy).toMatchObject({ state: 'classifying', command: 'attentionScope.cancel', text: '$(loading~spin) English → French' });
    expect(statusView(facts)).toMatchObject({ state: 'ready', command: 'attentionScope.selectModel' });
  });

  it('reads well aloud', () => {
    expect(statusView(facts).label).toBe('Attention Scope, model English → French, ready');
  });
});

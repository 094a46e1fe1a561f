import type { Command } from './command.ts';

export const restartWorker: Command = {
  id: 'attentionScope.restartWorker',
  async run(app) {
    await app.restartWorker();
    app.notifier.say('information', 'Attention Scope’s worker was restarted.');
  },
};

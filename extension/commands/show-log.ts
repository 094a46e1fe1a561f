import type { Command } from './command.ts';

export const showLog: Command = {
  id: 'attentionScope.showLog',
  run(app) {
    app.log.show();
  },
};

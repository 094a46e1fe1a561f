import type { ServerStatus } from '../../protocol/server.ts';
import type { EngineState } from '../engine/client.ts';

/** What `attentionScope/status` says of an engine's state; a model is named as the client knows it. */
export function statusOf(state: EngineState, nameOf: (folder: string) => string): ServerStatus {
  switch (state.state) {
    case 'idle':
      return { state: 'idle' };
    case 'loading':
    case 'translating':
      return { state: state.state, model: nameOf(state.folder) };
    case 'restarted':
      return { state: 'engine-restarted', reason: state.reason };
  }
}

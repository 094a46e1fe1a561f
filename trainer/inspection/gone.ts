import { Failure } from '../../protocol/failure.ts';

/** Clients ask for the pass again when they meet it. */
export function inspectionGone(): Failure {
  return new Failure('inspection-gone', 'The maps of this pass are held no longer: others needed their room, or the engine was started again.', 'Ask for it again.');
}

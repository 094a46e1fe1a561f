/** What the model view tells whoever shows it. */
import type { Arrangement, HeadId } from './arrange.ts';

/** A head is to be looked at. */
export class HeadOpenEvent extends CustomEvent<HeadId> {
  constructor(head: HeadId) {
    super('head-open', { detail: head });
  }
}

/** Heads are to stand in another order, or others of them. */
export class ArrangeEvent extends CustomEvent<Arrangement> {
  constructor(arrangement: Arrangement) {
    super('arrange', { detail: arrangement });
  }
}

/** A head is to be what others are compared with. */
export class HeadMarkEvent extends CustomEvent<HeadId> {
  constructor(head: HeadId) {
    super('head-mark', { detail: head });
  }
}

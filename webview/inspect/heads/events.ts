/** What the head view tells whoever shows it. */
import type { TokenRange } from '../../../protocol/trace.ts';
import type { HeadsChoice } from './choice.ts';
import type { Side } from './lines.ts';

/** Another layer, or other heads of it, are looked at. */
export class HeadsChoiceEvent extends CustomEvent<HeadsChoice> {
  constructor(choice: HeadsChoice) {
    super('heads-choice', { detail: choice });
  }
}

/** A row or a column, by the tokens of its axis that it stands for. */
export interface TokenPoint {
  readonly axis: Side['axis'];
  readonly tokens: TokenRange;
}

/** `select` stays until something else is selected or Escape; `hover` ends (`undefined`) when the pointer leaves. */
export class TokenPointEvent extends CustomEvent<{ readonly how: 'hover' | 'select'; readonly point: TokenPoint | undefined }> {
  constructor(how: 'hover' | 'select', point: TokenPoint | undefined) {
    super('token-point', { detail: { how, point } });
  }
}

/** The same inside the head view: by rows and columns of the map. A token that is selected again is let go. */
export class SideEvent extends CustomEvent<{ readonly how: 'hover' | 'select'; readonly side: Side | undefined }> {
  constructor(how: 'hover' | 'select', side: Side | undefined) {
    super('side', { detail: { how, side } });
  }
}

import type { Attention } from '../../foreign/attention.ts';
import { attentionObject } from '../attention-json.ts';
import { toldOf, type About } from './read-out.ts';

/**
 * One map, laid out as `attend --json` lays out all of them; its tokens are what rows and columns are as it was read. Beside it
 * `choice` and `reading`, as protocol/inspection.ts has them, and, of a difference, `minus`: of which model, text and choice that is.
 */
export function renderMapJson(attention: Attention, { choice, minus, reading }: About): string {
  const { maps, ...given } = attentionObject(attention, undefined);
  return JSON.stringify({ ...given, choice, minus: minus && toldOf(minus), reading, maps: maps.map(map => ({ ...map, head: headOf(choice) })) });
}

/** Of a map that is of no single head, nor the mean of all of a layer's, what it is of. */
function headOf(choice: About['choice']): number | string {
  if (choice.of !== 'heads') return choice.of;
  const [head] = choice.heads === 'all' ? [] : choice.heads;
  return head !== undefined && choice.heads.length === 1 ? head : choice.by;
}

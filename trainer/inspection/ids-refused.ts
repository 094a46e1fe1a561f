/** Why a graph does not run on token ids, from what ONNX Runtime says of it: which of them is no id, or how many it reads at a time. */
import { Failure } from '../../protocol/failure.ts';

/** @param name of the model @param ids that it was fed; none where it was given tensors */
export function idsRefused(name: string, ids: readonly number[], { message, hint }: Failure): Pick<Failure, 'message' | 'hint'> {
  const [, index, end] = /idx=(-?\d+) must be within the inclusive range \[-?\d+,(\d+)\]/.exec(message) ?? [];
  if (index === undefined || end === undefined) return { message: withoutNode(message), hint: `Give other numbers. ${hint}` };
  const [wrong, last] = [Number(index), Number(end)];
  if (ids.find(id => id > last || id < -last - 1) === wrong) {
    return { message: `${wrong} is no token id of ${name}: its ids are 0 to ${last}.`, hint: `Give ids from 0 to ${last}, with spaces between.` };
  }
  if (ids.length > last + 1) return { message: `${name} reads at most ${last + 1} token ids at a time; ${ids.length} were given.`, hint: 'Give fewer.' };
  return { message: `${name} looks up ${wrong}, where it has 0 to ${last} alone.`, hint: 'Give smaller numbers, or fewer.' };
}

/** Which node of the graph failed says nothing to who gave the numbers. */
function withoutNode(message: string): string {
  return message.replace(/Non-zero status code returned while running \S+ node\. Name:'[^']*' Status Message: /u, '');
}

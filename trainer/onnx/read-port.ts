/** `ValueInfoProto`: an input, an output or a value between. */
import { dtypeOf } from './data-types.ts';
import { most } from './limits.ts';
import type { Message } from './message.ts';
import type { OnnxPort } from './model.ts';

export function readPort(message: Message): OnnxPort {
  message.scan.count('ports');
  let [name, type]: [string, Pick<OnnxPort, 'dtype' | 'shape'>] = ['', { dtype: undefined, shape: undefined }];
  while (message.next()) {
    if (message.field === 1) name = message.name();
    else if (message.field === 2) type = readType(message.message('type'));
  }
  return { name, ...type };
}

/** `TypeProto`, of which only `tensor_type` is taken. */
function readType(message: Message): Pick<OnnxPort, 'dtype' | 'shape'> {
  let dtype: OnnxPort['dtype'];
  let shape: OnnxPort['shape'];
  while (message.next()) {
    if (message.field !== 1) continue;
    const tensor = message.message('tensor type');
    while (tensor.next()) {
      if (tensor.field === 1) dtype = dtypeOf(tensor.integer());
      else if (tensor.field === 2) shape = readShape(tensor.message('shape'));
    }
  }
  return { dtype, shape };
}

function readShape(message: Message): (number | string)[] {
  const shape: (number | string)[] = [];
  while (message.next()) {
    if (message.field !== 1) continue;
    if (shape.length === most.dimensions) throw message.broken('one more', `at most ${most.dimensions} dimensions`);
    let length: number | string = '?';
    const dimension = message.message('dimension');
    while (dimension.next()) {
      if (dimension.field === 1) {
        const known = dimension.integer();
        // Some exporters write −1 for what only a run knows.
        if (known >= 0) length = dimension.natural();
      } else if (dimension.field === 2) length = dimension.name() || '?';
    }
    shape.push(length);
  }
  return shape;
}

/** Readers with every fault that the fuzzer is to find, each in a third of its cases. */
import { Failure } from '../../protocol/failure.ts';
import type { Subject } from './subject.ts';

const faulty = (name: string, fault: (path: string) => void): Subject => ({
  name,
  seeds: async () => [{ files: { it: Buffer.from('a file') }, opened: 'it' }],
  read: async (path, random) => {
    if (random() < 0.33) fault(path);
  },
});

const kept: Buffer[] = [];

export const subjects: readonly Subject[] = [
  faulty('sound', path => {
    throw new Failure('broken-model', `${path}: something was found; expected another.`, 'Do something.');
  }),
  faulty('hangs', () => {
    for (;;);
  }),
  faulty('dies', () => process.kill(process.pid, 'SIGKILL')),
  faulty('throws', () => {
    throw new TypeError('undefined is not a function');
  }),
  faulty('grows', () => {
    kept.push(Buffer.alloc(200 << 20, 1));
  }),
  faulty('names nothing', () => {
    throw new Failure('broken-model', 'It is broken; expected better.', 'Do something.');
  }),
  faulty('expects nothing', path => {
    throw new Failure('broken-model', `${path} broke.`, 'Do something.');
  }),
];

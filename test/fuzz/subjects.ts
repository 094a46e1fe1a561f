/** Everything that is fuzzed. */
import { checkpoints } from './checkpoints.ts';
import { huggingface } from './huggingface.ts';
import type { Subject } from './subject.ts';

export const subjects: readonly Subject[] = [...checkpoints, ...huggingface];

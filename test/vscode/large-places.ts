/** Where tests find the checkpoints that large-checkpoints.ts writes. */

/** The environment variable that tells the extension host their folder. */
export const largeCheckpointsVariable = 'ATTENTION_SCOPE_TEST_LARGE_CHECKPOINTS';

export const largeNames = { safetensors: 'large.safetensors', onnx: 'large.onnx' } as const;

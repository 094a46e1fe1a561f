/** Where tests find the checkpoints that foreign-checkpoints.ts writes. */

/** The environment variable that tells the extension host their folder. */
export const foreignVariable = 'ATTENTION_SCOPE_TEST_FOREIGN_CHECKPOINTS';

export const foreignNames = {
  /** Files of more than 2 GB. */
  largeSafetensors: 'large.safetensors',
  largeOnnx: 'large.onnx',
  /** Folders as transformers writes them, of models with random weights that know the words "w0" to "w39". */
  continues: 'gpt2',
  classifies: 'bert',
} as const;

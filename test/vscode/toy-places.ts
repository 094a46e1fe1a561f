/** Where tests find the models that toy-models.ts writes. */

/** The environment variable that tells the extension host their folder. */
export const toyModelsVariable = 'ATTENTION_SCOPE_TEST_MODELS';

/** Each has a folder there, named for what it does. */
export const toyNames = {
  classification: 'classifies',
  dialogue: 'replies',
  'language-modelling': 'continues',
  'image-classification': 'classifies-images',
} as const;

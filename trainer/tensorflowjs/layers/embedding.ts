/** Embedding: rows of a table; what is 0 may be padding. */
import * as z from 'zod';
import { equal, not } from '../../graph/operators/elementwise.ts';
import { embed } from '../../graph/operators/lookup.ts';
import { inputOf, type LayerBuilder, settings, weight } from '../call.ts';
import { flag, size } from '../schema.ts';

const schema = z.looseObject({ input_dim: size, output_dim: size, mask_zero: flag(false) });

export const embedding: LayerBuilder = call => {
  const { input_dim, output_dim, mask_zero } = settings(call, schema);
  const { value } = inputOf(call);
  const table = call.build.constant(weight(call, 'embeddings', 0, [input_dim, output_dim]));
  const indices = call.build.indices(value);
  return [{ value: embed(table, indices), mask: mask_zero ? not(equal(indices, 0)) : undefined }];
};

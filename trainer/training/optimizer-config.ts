/** Which optimizer a training uses, and its constants. Weight decay is a key of the training: every optimizer has it. */
import * as z from 'zod';

/** How much of an average is kept at each step; at 1 it would never learn. */
const kept = z.number().min(0).max(0.999999);
/** Large enough that a gradient of zero, divided by it in single precision, is zero. */
const epsilon = z.number().min(1e-16).max(1);

/** Of Vaswani et al. 2017, section 5.3. */
const moments = { beta1: kept.default(0.9), beta2: kept.default(0.98), epsilon: epsilon.default(1e-9) };

export const optimizerSchema = z
  .discriminatedUnion(
    'kind',
    [
      /** Loshchilov & Hutter 2019: decay pulls on the weights themselves. */
      z.strictObject({ kind: z.literal('adamw'), ...moments }),
      /** Kingma & Ba 2015: decay is part of the gradient (L2), as in all but AdamW. */
      z.strictObject({ kind: z.literal('adam'), ...moments }),
      /** Hinton 2012, lecture 6e. */
      z.strictObject({
        kind: z.literal('rmsprop'),
        alpha: kept.default(0.99),
        epsilon: epsilon.default(1e-8),
        momentum: kept.default(0),
      }),
      /** Sutskever et al. 2013. Without momentum Nesterov's step is the plain one. */
      z.strictObject({ kind: z.literal('sgd'), momentum: kept.default(0.9), nesterov: z.boolean().default(false) }),
    ],
    { error: issue => (issue.code === 'invalid_union' ? 'expected "adamw", "adam", "rmsprop" or "sgd"' : undefined) },
  )
  .prefault({ kind: 'adamw' });

export type OptimizerConfig = z.infer<typeof optimizerSchema>;

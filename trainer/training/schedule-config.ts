/** How the learning rate goes over a training. Its peak and its warm-up are keys of the training: every schedule has them. */
import * as z from 'zod';

const share = z.number().min(0).max(1);

export const scheduleSchema = z
  .discriminatedUnion(
    'kind',
    [
      /** Falls in a straight line to zero at the last step. */
      z.strictObject({ kind: z.literal('linear') }),
      z.strictObject({ kind: z.literal('constant') }),
      /** Multiplied by `factor` after every so many steps. */
      z.strictObject({
        kind: z.literal('step'),
        every: z.int().min(1).max(10_000_000),
        factor: z.number().positive().max(1).default(0.5),
      }),
      /** Half a wave down to a share `floor` of the peak (Loshchilov & Hutter 2017, equation 5, without restarts). */
      z.strictObject({ kind: z.literal('cosine'), floor: share.default(0) }),
      /** Falls with the root of the steps done (Vaswani et al. 2017, equation 3). */
      z.strictObject({ kind: z.literal('inverse-sqrt') }),
      /**
       * Grows from a share `start` of the peak, reaches it after a share `peakAt` of the run, falls to a share `end` of it
       * (Smith & Topin 2018, section 3). The growth is its warm-up: it has no other.
       */
      z.strictObject({
        kind: z.literal('one-cycle'),
        start: share.default(0.04),
        peakAt: z.number().min(0).max(0.99).default(0.3),
        end: share.default(0.0001),
        curve: z.enum(['cosine', 'linear']).default('cosine'),
      }),
    ],
    {
      error: issue =>
        issue.code === 'invalid_union'
          ? 'expected "linear", "constant", "step", "cosine", "inverse-sqrt" or "one-cycle"'
          : undefined,
    },
  )
  .prefault({ kind: 'linear' });

export type ScheduleConfig = z.infer<typeof scheduleSchema>;

/** Settings of layers as their configs have them: what is left out, or null, is the default. */
import * as z from 'zod';

export const flag = (otherwise: boolean) => z.boolean().nullish().transform(value => value ?? otherwise);
export const size = z.int().min(1).max(1 << 24);
export const real = (otherwise: number) => z.number().nullish().transform(value => value ?? otherwise);

/** An axis, counted from the end where negative. */
export const axis = z.int().min(-16).max(16);

/** One number for all axes, or one for each. */
export const each = (numbers: z.ZodType<number>, axes: number, otherwise?: number) =>
  z
    .union([numbers.transform(one => new Array<number>(axes).fill(one)), z.array(numbers).length(axes)])
    .nullish()
    .transform((value, context) => {
      if (value !== null && value !== undefined) return value;
      if (otherwise !== undefined) return new Array<number>(axes).fill(otherwise);
      context.addIssue({ code: 'custom', message: `${axes} whole numbers`, input: value });
      return z.NEVER;
    });

export const dataFormat = z
  .enum(['channels_last', 'channels_first'])
  .nullish()
  .transform(value => value ?? 'channels_last');

/** An activation, by name or as an object that names it: `relu`, `{class_name: "function", config: "relu"}`. */
export const activation = z
  .union([z.string(), z.looseObject({ class_name: z.string(), config: z.unknown().optional() })])
  .nullish()
  .transform(value => {
    if (value === null || value === undefined) return undefined;
    const name = typeof value === 'string' ? value : typeof value.config === 'string' ? value.config : value.class_name;
    return name.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
  });

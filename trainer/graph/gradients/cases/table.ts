/** Test cases of every operator that can be differentiated. */
import { elementwise } from './elementwise.ts';
import { linear } from './linear.ts';
import { lookup } from './lookup.ts';
import { loss } from './loss.ts';
import { normalize } from './normalize.ts';
import { reduce } from './reduce.ts';
import { shape } from './shape.ts';

export const operatorCases = { ...elementwise, ...linear, ...shape, ...reduce, ...normalize, ...lookup, ...loss };

export type DifferentiatedOperator = keyof typeof operatorCases;

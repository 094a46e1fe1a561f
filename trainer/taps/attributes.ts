/** Attributes of a step by name and kind; `undefined` where there is none of the name, or it is of another kind. */
import type { OnnxAttribute } from '../onnx/model.ts';

interface Attributed {
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

export function integerAttribute({ attributes }: Attributed, name: string): number | undefined {
  const attribute = attributes.get(name);
  return attribute?.kind === 'integer' ? attribute.value : undefined;
}

export function floatAttribute({ attributes }: Attributed, name: string): number | undefined {
  const attribute = attributes.get(name);
  return attribute?.kind === 'float' ? attribute.value : undefined;
}

export function integersAttribute({ attributes }: Attributed, name: string): readonly number[] | undefined {
  const attribute = attributes.get(name);
  return attribute?.kind === 'integers' ? attribute.value : undefined;
}

export function textAttribute({ attributes }: Attributed, name: string): string | undefined {
  const attribute = attributes.get(name);
  return attribute?.kind === 'text' ? attribute.value : undefined;
}

/** How layers, heads and what heads do are called, wherever they are named. */
import type { Axis, AxisToken, HeadRole, InspectedLayer } from '../../protocol/inspection.ts';

export const roleNames: Readonly<Record<HeadRole, string>> = {
  previous: 'previous token', next: 'next token', first: 'first token', self: 'itself', duplicate: 'duplicate', induction: 'induction',
  positional: 'positional', separator: 'separator', diagonal: 'diagonal',
};

/** "Layer 3"; where the model has several kinds of attention, of which kind it is is told beside it. */
export function layerName({ layer }: Pick<InspectedLayer, 'layer'>): string {
  return `Layer ${layer + 1}`;
}

/** "Layer 3, head 5". */
export function headName({ layer, head }: { readonly layer: number; readonly head: number }): string {
  return `Layer ${layer + 1}, head ${head + 1}`;
}

/** Tells a layer from all others of its model. */
export function layerKey({ kind, layer }: Pick<InspectedLayer, 'kind' | 'layer'>): string {
  return `${kind} ${layer}`;
}

/** A token as maps call it: by what it stands for, where that is something; what the vocabulary calls it is told beside it. */
export function tokenName({ text }: Pick<Axis, 'text'>, token: AxisToken): string {
  const said = text.slice(token.start, token.end).trim();
  const name = said === '' ? token.text.replaceAll(/[▁Ġ]/gu, ' ').trim() : said;
  return name === '' ? '␣' : name;
}

/** The tokens of a text to choose from, each with its number. */
export function tokenChoices(axis: Axis | undefined): readonly { readonly key: string; readonly name: string }[] {
  return axis?.tokens.map((token, index) => ({ key: String(index), name: `${index + 1}: ${tokenName(axis, token)}` })) ?? [];
}

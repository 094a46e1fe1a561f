import { displayWidth } from './display-width.ts';

/** At least what common sans-serif fonts need for the text at this size, in pixels. */
export function textWidth(text: string, fontSize: number): number {
  const capitals = text.match(/\p{Uppercase}/gu)?.length ?? 0;
  return fontSize * (0.62 * displayWidth(text) + 0.15 * capitals);
}

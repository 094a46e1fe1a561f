/** How strongly a word is tinted, in the editor and on its pages. */

/** Below this share a word is left plain: softmax gives every word something. */
const visibleShare = 0.02;

/** The strength of a share between 0 and 1, from 1 (weakest) to `levels`; 0 is none. */
export function tintLevel(share: number, levels: number): number {
  return share >= visibleShare ? Math.min(levels, Math.ceil(share * levels)) : 0;
}

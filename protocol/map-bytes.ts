/**
 * Shares of a map's largest weight as bytes: how windows of maps cross to a page. Steps are equal in the square root, since most
 * weights are far below the largest: in equal steps of the weight itself those of a long map would all be 0 or 1.
 */

/** 0…255; of a signed map 128 is nothing and 127 steps lead either way. */
export function byteOf(share: number, isSigned: boolean): number {
  const root = Math.sign(share) * Math.sqrt(Math.min(1, Math.abs(share)));
  return Math.round(isSigned ? 128 + 127 * root : 255 * Math.max(0, root));
}

/** Off by at most 1/255 of the largest weight, of a signed map 1/127; of small weights by far less. */
export function shareOf(byte: number, isSigned: boolean): number {
  const root = isSigned ? (byte - 128) / 127 : byte / 255;
  return root * Math.abs(root);
}

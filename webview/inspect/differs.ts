/** Of a property whose value is written anew at every rendering: whether it says something else than before. */
export function differs(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) !== JSON.stringify(other);
}

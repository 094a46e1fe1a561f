/** A training config with some of its keys replaced, as a comparison's models ask for. */

type Json = Readonly<Record<string, unknown>>;

/** @param set values by the place of their key, parted by dots; a later one may go into what an earlier one gave */
export function withOverrides(base: Json, set: Json): Json {
  return Object.entries(set).reduce((config, [key, value]) => withValue(config, key.split('.'), value), base);
}

function withValue(json: unknown, [key, ...rest]: readonly string[], value: unknown): Json {
  const known: Json = typeof json === 'object' && json !== null && !Array.isArray(json) ? { ...json } : {};
  if (key === undefined) return known;
  const own = Object.hasOwn(known, key) ? known[key] : undefined;
  return { ...known, [key]: rest.length === 0 ? value : withValue(own, rest, value) };
}

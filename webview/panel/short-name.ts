/** A model from a folder is known by its path: its last part is what tells it from others. */
export function shortName(model: string): string {
  return model.split(/[\\/]/).findLast(part => part !== '') ?? model;
}

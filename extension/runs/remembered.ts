import type { Memento } from 'vscode';

/** A list of texts, as far as what is remembered is one. */
export function rememberedList(memory: Memento, key: string): readonly string[] {
  const value = memory.get<unknown>(key);
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : [];
}

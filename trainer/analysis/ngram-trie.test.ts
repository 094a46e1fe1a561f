import { describe, expect, it } from 'vitest';
import { Random } from '../training/random.ts';
import { NgramTrie, nothing, root } from './ngram-trie.ts';

describe('NgramTrie', () => {
  it('keeps what a Map would keep, also when it grows', () => {
    const trie = new NgramTrie();
    const nodes = new Map<string, number>();
    const random = new Random('trie test');
    for (let added = 0; added < 4000; added++) {
      let node = root;
      let path = '';
      for (let length = 1 + random.below(4); length > 0; length--) {
        const token = random.below(4000);
        const parent = node;
        path += ` ${token}`;
        node = trie.childOrNew(parent, token);
        expect(node).toBe(nodes.get(path) ?? trie.size - 1);
        expect(trie.parentOf(node)).toBe(parent);
        nodes.set(path, node);
      }
    }
    expect(trie.size).toBe(nodes.size + 1);
    for (const [path, node] of nodes) {
      expect(path.trim().split(' ').reduce((at, token) => trie.child(at, Number(token)), root)).toBe(node);
    }
  });

  it('answers nothing where nothing was added', () => {
    const trie = new NgramTrie();
    trie.childOrNew(root, 7);
    expect(trie.child(root, 8)).toBe(nothing);
    expect(trie.child(nothing, 7)).toBe(nothing);
  });
});

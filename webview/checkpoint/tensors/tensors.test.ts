import { describe, expect, it } from 'vitest';
import type { TensorInfo } from '../../../protocol/checkpoint.ts';
import { parseFilter } from './filter.ts';
import { freshFolding, moveInTree, openFolding, rowsOf, toggled, typeAhead, type Folding, type Row } from './rows.ts';
import { bytesOf, findNode, tensorKey, tensorsIn, tensorTree, type TreeNode } from './tree.ts';

const tensor = (name: string, shape: readonly number[] = [4], dtype = 'float32'): TensorInfo => ({
  name, dtype, shape, bytes: 4 * shape.reduce((product, length) => product * length, 1),
});

/** A tree as indented lines: open groups with a minus. */
function drawn(rows: readonly Row[]): string[] {
  return rows.map(({ node, depth, isOpen }) => `${'  '.repeat(depth)}${node.kind === 'group' ? (isOpen ? '- ' : '+ ') : ''}${node.label}`);
}
const whole = (names: readonly string[], sort: 'name' | 'size' = 'name'): string[] => drawn(rowsOf(tensorTree(names.map(name => tensor(name)), sort), openFolding));

const bert = ['embeddings.word.weight', 'encoder.layer.10.query.weight', 'encoder.layer.10.query.bias', 'encoder.layer.2.query.weight', 'encoder.layer.2.query.bias', 'pooler'];

describe('the tree of tensors', () => {
  it('joins what stands alone, puts groups first and 2 before 10', () => {
    expect(whole(bert)).toEqual([
      '- encoder.layer',
      '  - 2.query', '    bias', '    weight',
      '  - 10.query', '    bias', '    weight',
      'embeddings.word.weight',
      'pooler',
    ]);
  });

  it('is cut at slashes too, and keeps names that have no parts, or end in one', () => {
    expect(whole(['/model/a/b', '/model/a/c', 'onnx::MatMul_12', '...', 'x.', 'bert/kernel:0', 'bert/bias:0'])).toEqual([
      '- /model/a', '  b', '  c', '- bert', '  bias:0', '  kernel:0', '...', 'onnx::MatMul_12', 'x.',
    ]);
  });

  it('holds a tensor and a group of one name, and as many tensors as there are', () => {
    const names = ['a', 'a.b', 'a.c', 'a/b'];
    const tree = tensorTree(names.map(name => tensor(name)), 'name');
    expect(tree.flatMap(node => [...tensorsIn(node)]).map(({ name }) => name).sort()).toEqual([...names].sort());
    expect(findNode(tree, tensorKey('a'))?.label).toBe('a');
  });

  it('sums up groups, and puts the largest first when asked', () => {
    const tree = tensorTree([tensor('a.x', [2, 3]), tensor('a.y', [5]), tensor('b', [100])], 'size');
    expect(tree.map(node => [node.label, bytesOf(node)])).toEqual([['b', 400], ['a', 44]]);
    expect(tree[1]).toMatchObject({ kind: 'group', tensors: 2, elements: 11, bytes: 44 });
  });

  it('stands a name of ten thousand parts', () => {
    const name = Array.from({ length: 10_000 }, () => 'a').join('.');
    const rows = rowsOf(tensorTree([tensor(name), tensor(`${name}.b`)], 'name'), openFolding);
    expect(rows.length).toBeLessThan(4);
    expect(rows.map(({ node }) => (node.kind === 'tensor' ? node.tensor.name.length : 0))).toContain(name.length + 2);
  });

  it('of 100,000 tensors is made in no time', () => {
    const many = Array.from({ length: 100_000 }, (_, index) => tensor(`model.layers.${index % 500}.experts.${Math.floor(index / 500)}.w${index % 3}`));
    // Not the clock: the machine may have other work.
    const before = process.cpuUsage();
    expect(rowsOf(tensorTree(many, 'name'), openFolding).filter(({ node }) => node.kind === 'tensor')).toHaveLength(100_000);
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(4_000);
  });
});

describe('the filter', () => {
  const all = [tensor('encoder.layer.0.Weight', [768, 3072]), tensor('encoder.bias', [768], 'float16'), tensor('step', [], 'int64'), tensor('conv', [3, 768, 3072], 'bfloat16')];
  const found = (text: string): string[] => all.filter(parseFilter(text) ?? (() => true)).map(({ name }) => name);

  it('finds words of names, in capitals or not, all of them', () => {
    expect(found('weight')).toEqual(['encoder.layer.0.Weight']);
    expect(found('  encoder  BIAS ')).toEqual(['encoder.bias']);
    expect(found('nothing')).toEqual([]);
    expect(parseFilter('   ')).toBeUndefined();
  });

  it('finds element types by how they begin', () => {
    expect(found('dtype:float16')).toEqual(['encoder.bias']);
    expect(found('DTYPE:float')).toEqual(['encoder.layer.0.Weight', 'encoder.bias']);
    expect(found('dtype:')).toHaveLength(4);
  });

  it('finds shapes: one length anywhere, all lengths, any length for a star', () => {
    expect(found('shape:768')).toEqual(['encoder.layer.0.Weight', 'encoder.bias', 'conv']);
    expect(found('shape:[768]')).toEqual(['encoder.bias']);
    expect(found('shape:768x3072')).toEqual(['encoder.layer.0.Weight']);
    expect(found('shape:768×3072')).toEqual(['encoder.layer.0.Weight']);
    expect(found('shape:*,768,*')).toEqual(['conv']);
    expect(found('shape:768 dtype:bfloat16')).toEqual(['conv']);
    expect(found('shape:')).toHaveLength(4);
  });
});

describe('which rows can be seen', () => {
  const tree = tensorTree(bert.map(name => tensor(name)), 'name');
  const keyOf = (label: string, nodes: readonly TreeNode[] = tree): string => nodes.find(node => node.label === label)?.key ?? '';

  it('at first as many levels as fit a page', () => {
    expect(drawn(rowsOf(tree, freshFolding))).toHaveLength(9);
    const large = tensorTree(Array.from({ length: 300 }, (_, index) => tensor(`block.${Math.floor(index / 30)}.w${index % 30}`)), 'name');
    expect(drawn(rowsOf(large, freshFolding))).toEqual(['- block', ...Array.from({ length: 10 }, (_, index) => `  + ${index}`)]);
  });

  it('all, none, and but for what was opened or closed by hand', () => {
    const none: Folding = { rule: 'none', exceptions: new Set() };
    expect(drawn(rowsOf(tree, none))).toEqual(['+ encoder.layer', 'embeddings.word.weight', 'pooler']);
    const opened = toggled(none, keyOf('encoder.layer'));
    expect(drawn(rowsOf(tree, opened))).toEqual(['- encoder.layer', '  + 2.query', '  + 10.query', 'embeddings.word.weight', 'pooler']);
    expect(toggled(opened, keyOf('encoder.layer'))).toEqual(none);
    expect(drawn(rowsOf(tree, toggled(openFolding, keyOf('encoder.layer'))))).toHaveLength(3);
  });
});

describe('the keyboard in the tree', () => {
  const tree = tensorTree(bert.map(name => tensor(name)), 'name');
  const rows = rowsOf(tree, openFolding);
  const closed = rowsOf(tree, { rule: 'none', exceptions: new Set() });

  it('goes up and down, by pages and to the ends, and not beyond', () => {
    expect(['ArrowDown', 'ArrowUp', 'End', 'Home', 'PageDown', 'PageUp'].map(key => moveInTree(rows, 4, key, 3))).toEqual([
      { to: 5 }, { to: 3 }, { to: 8 }, { to: 0 }, { to: 6 }, { to: 2 },
    ]);
    expect([moveInTree(rows, 8, 'ArrowDown', 3), moveInTree(rows, 0, 'PageUp', 3), moveInTree(rows, -1, 'ArrowDown', 3)]).toEqual([{ to: 8 }, { to: 0 }, { to: 0 }]);
    expect(moveInTree([], -1, 'ArrowDown', 3)).toBeUndefined();
  });

  it('opens and enters a group with right, closes and leaves it with left', () => {
    const group = rows[0]?.node.key ?? '';
    expect(moveInTree(closed, 0, 'ArrowRight', 3)).toEqual({ toggle: group });
    expect(moveInTree(rows, 0, 'ArrowRight', 3)).toEqual({ to: 1 });
    expect(moveInTree(rows, 0, 'ArrowLeft', 3)).toEqual({ toggle: group });
    expect(moveInTree(rows, 6, 'ArrowLeft', 3)).toEqual({ to: 4 });
    expect([moveInTree(rows, 8, 'ArrowRight', 3), moveInTree(rows, 8, 'ArrowLeft', 3), moveInTree(rows, 8, 'Enter', 3)]).toEqual([undefined, undefined, undefined]);
  });

  it('finds the next row by the letters that are typed', () => {
    expect(typeAhead(rows, 0, 'w')).toBe(3);
    expect(typeAhead(rows, 3, 'w')).toBe(6);
    expect(typeAhead(rows, 6, 'we')).toBe(6);
    expect(typeAhead(rows, 6, 'P')).toBe(8);
    expect(typeAhead(rows, 8, 'zz')).toBeUndefined();
  });
});

import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { dialogueSourceSchema, readDialogues } from './dialogues.ts';
import { collect, refusal, testFiles } from './files.fixture.ts';

const files = testFiles();

async function read(source: object): Promise<(readonly string[])[]> {
  return (await collect(readDialogues(dialogueSourceSchema.parse(source)))).map(dialogue => dialogue.turns);
}

const refused = (source: object): Promise<string> => refusal(readDialogues(dialogueSourceSchema.parse(source)));

describe('JSON Lines', () => {
  it('hold a conversation each, as turns or as who said what', async () => {
    const file = await files.file('a.jsonl', [
      '{"turns": ["Hi.", " Hello! "]}',
      '[{"speaker": "A", "text": "Hi."}, {"speaker": "A", "text": "Who is there?"}, {"speaker": "B", "text": "Me."}]',
      '{"turns": ["alone"]}',
      '{"turns": ["a", " "]}',
    ].join('\n'));
    expect(await read({ format: 'jsonl', file })).toEqual([['Hi.', 'Hello!'], ['Hi. Who is there?', 'Me.']]);
  });

  it('are refused by line', async () => {
    const file = await files.file('b.jsonl', '{"turns": ["a", "b"]}\n{"turns": "a"}\n');
    expect(await refused({ format: 'jsonl', file })).toContain(`${file}, line 2: "{\\"turns\\": \\"a\\"}" found: expected {"turns": ["…", "…"]} or [{`);
  });
});

describe('a table', () => {
  it('holds a conversation a row, the reply last', async () => {
    const file = await files.file('a.tsv.gz', gzipSync('Hi.\tHello!\nHi.\tHello!\tHow are you?\n'));
    expect(await read({ format: 'tsv', file })).toEqual([['Hi.', 'Hello!'], ['Hi.', 'Hello!', 'How are you?']]);
    const single = await files.file('b.tsv', 'Hi.\tHello!\nHi.\n');
    expect(await refused({ format: 'tsv', file: single })).toContain(`${single}, line 2: one column found ("Hi."), at least two expected`);
  });
});

describe('YAML', () => {
  it('holds lists of turns, which stay texts whatever they look like', async () => {
    const file = await files.file('a.yml', [
      'categories:', '- food', 'conversations:', '- - Do you drink?', '  - No', '- - How many?', '  - 42',
      '- - "Quoted: yes"', '  - >-', '    two', '    lines', '- - alone', '',
    ].join('\n'));
    expect(await read({ format: 'yaml', file })).toEqual([['Do you drink?', 'No'], ['How many?', '42'], ['Quoted: yes', 'two lines']]);
  });

  it('is refused by line', async () => {
    const map = await files.file('b.yml', 'conversations:\n- - Hi.\n  - Hello.\n- - What is it: a map?\n  - Yes.\n');
    expect(await refused({ format: 'yaml', file: map })).toBe(`${map}, line 4: "conversations.1.0": expected a text.`);
    const broken = await files.file('c.yml', 'conversations:\n- - "Hi.\n  - Hello.\n');
    expect(await refused({ format: 'yaml', file: broken })).toMatch(/c\.yml, line \d+: what is found is not YAML/);
    const other = await files.file('d.yml', 'categories:\n- food\n');
    expect(await refused({ format: 'yaml', file: other })).toContain('d.yml, line 1: "conversations": expected a list of conversations');
  });

  it('is refused when it would spell out without end', async () => {
    const layers = Array.from({ length: 9 }, (_, at) => `l${at + 1}: &l${at + 1} [${Array.from({ length: 9 }, () => `*l${at}`).join(', ')}]`);
    const aliases = await files.file('e.yml', `l0: &l0 [ha, ha]\n${layers.join('\n')}\nconversations: *l9\n`);
    expect(await refused({ format: 'yaml', file: aliases })).toContain('too deep in one another');
    const brackets = await files.file('f.yml', `conversations: ${'['.repeat(100_000)}`);
    expect(await refused({ format: 'yaml', file: brackets })).toContain('f.yml');
    const large = await files.file('g.yml.gz', gzipSync(Buffer.alloc(10_000_001, 0x20)));
    expect(await refused({ format: 'yaml', file: large })).toContain('over 10,000,000 bytes found');
  });
});

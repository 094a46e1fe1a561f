import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Failure } from '../../protocol/failure.ts';
import { llama2cTokenizer } from './llama2c-tokenizer.ts';
import { fixture } from './native.fixture.ts';

const folder = fileURLToPath(new URL('../../../shared/models/stories260K/', import.meta.url));
const present = existsSync(folder);

describe.skipIf(!present)(`stories260K${present ? '' : ' (skipped: ../shared/models/stories260K is not here)'}`, () => {
  const bytes = present ? readFileSync(`${folder}tok512.bin`) : new Uint8Array();
  const open = () => llama2cTokenizer(bytes, 'tok512.bin', 512);
  /** Made by fixtures/sentencepiece_native.py, after run.c. */
  const golden = z.object({ texts: z.array(z.string()), tok512: z.array(z.array(z.int())) }).parse(JSON.parse(readFileSync(fixture('sentencepiece.json'), 'utf8')));

  it('encodes as llama2.c does', () => {
    const tokenizer = open();
    golden.texts.forEach((text, index) => {
      const { ids } = tokenizer.encode(text);
      expect(ids, JSON.stringify(text)).toEqual(golden.tok512[index]);
      expect(tokenizer.decode(ids).text).toBe(text);
    });
  });

  it('gives the story back, each token where it stands', () => {
    const tokenizer = open();
    const story = readFileSync(`${folder}greedy.txt`, 'utf8');
    const { ids, tokens } = tokenizer.encode(story);
    expect(ids[0]).toBe(tokenizer.special('bos')?.id);
    expect(tokenizer.decode(ids).text).toBe(story);
    for (const [index, id] of ids.entries()) {
      const spelled = tokenizer.tokenOf(id) ?? '';
      const token = tokens[index];
      if (index > 0 && !spelled.startsWith('<0x')) expect(story.slice(token?.start, token?.end)).toBe(spelled.trim() === '' && !spelled.includes('\n') ? '' : spelled.replace(/^ +| +$/g, ''));
    }
  });

  it.each([
    ['nothing', new Uint8Array(), 'begins with -1'],
    ['half a file', bytes.subarray(0, 3000), 'bytes were expected'],
    ['a token of a negative length', Uint8Array.from(bytes, (byte, at) => (at >= 8 && at < 12 ? 255 : byte)), 'at byte 8 a token 0 of -1 bytes'],
  ])('refuses %s', (_name, broken, found) => {
    try {
      llama2cTokenizer(broken, 'x/tokenizer.bin');
      expect.unreachable();
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(Failure);
      expect(String(thrown)).toContain('x/tokenizer.bin');
      expect(String(thrown)).toMatch(new RegExp(`${found}|ends at byte`));
    }
  });

  it('refuses a tokenizer of fewer tokens than the model has', () => {
    expect(() => llama2cTokenizer(bytes, 'tok512.bin', 32_000)).toThrow('has 512 tokens; the model has 32000');
  });
});

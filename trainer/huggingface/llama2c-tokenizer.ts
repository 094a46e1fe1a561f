/** `tokenizer.bin` of llama2.c: scores and tokens, one after the other, in the order of their ids (karpathy/llama2.c, tokenizer.py). */
import { brokenFile } from './json.ts';
import { byteOfName } from './pipeline/byte-names.ts';
import { parseDecoder } from './pipeline/decoders.ts';
import { plainFrame } from './pipeline/post-processors.ts';
import { scoredPairsModel } from './pipeline/scored-pairs-model.ts';
import { prepend } from './pipeline/stages.ts';
import { HuggingFaceTokenizer } from './tokenizer.ts';

const utf8 = new TextDecoder();
const mostTokens = 4_000_000;
/** Unknown, beginning and end of a text; then come the 256 bytes. */
const [bos, eos] = [1, 2];

interface Entry {
  readonly token: string;
  readonly score: number;
}

/**
 * @param vocabulary how many tokens the model has, where that is known
 * @throws Failure `broken-model`, naming the byte
 */
export function llama2cTokenizer(bytes: Uint8Array, file: string, vocabulary?: number): HuggingFaceTokenizer {
  const entries = readEntries(bytes, file);
  if (vocabulary !== undefined && entries.length < vocabulary) throw brokenFile(file, `has ${entries.length} tokens; the model has ${vocabulary}`, 'Take the tokenizer that the model was trained with.');
  const pieces = entries.map(({ token, score }, id) => ({ token, score, id, kind: id <= eos || byteOfName(token) !== undefined ? ('hidden' as const) : ('normal' as const) }));
  const special = ['<unk>', '<s>', '</s>'];
  return new HuggingFaceTokenizer({
    file,
    names: new Map(entries.map(({ token }, id) => [id, special[id] ?? token])),
    added: special.map((content, id) => ({ id, content, special: true, normalized: false, singleWord: false, leftStrip: false, rightStrip: false })),
    roles: { unk: '<unk>', bos: '<s>', eos: '</s>' },
    // Spaces are themselves here; one is put before the text.
    normalize: text => (text.text === '' ? text : prepend(' ', text)),
    preTokenize: words => words,
    model: scoredPairsModel({ pieces, unknown: 0, byteFallback: true }),
    frame: plainFrame(bos, undefined),
    decode: parseDecoder({ type: 'Sequence', decoders: [{ type: 'ByteFallback' }, { type: 'Fuse' }, { type: 'Strip', content: ' ', start: 1 }] }, file),
    cleanUp: false,
    maxTokens: undefined,
  });
}

/** int32 length of the longest token; then for each a float32 score, an int32 length, UTF-8 bytes. Little-endian. */
function readEntries(bytes: Uint8Array, file: string): Entry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const longest = bytes.byteLength < 4 ? -1 : view.getInt32(0, true);
  if (longest < 1 || longest > 1 << 16) throw brokenFile(file, `begins with ${longest} as the length of the longest token; 1 to 65536 was expected`);
  const entries: Entry[] = [];
  for (let at = 4; at < bytes.byteLength; ) {
    if (at + 8 > bytes.byteLength) throw brokenFile(file, `ends at byte ${bytes.byteLength}, within token ${entries.length}; a whole token was expected`);
    const score = view.getFloat32(at, true);
    const length = view.getInt32(at + 4, true);
    if (length < 0 || length > longest || at + 8 + length > bytes.byteLength || Number.isNaN(score)) {
      throw brokenFile(file, `has at byte ${at + 4} a token ${entries.length} of ${length} bytes with the score ${score}; at most ${longest} bytes were expected, within the file's ${bytes.byteLength}`);
    }
    if (entries.length >= mostTokens) throw brokenFile(file, `has more than ${mostTokens} tokens`);
    entries.push({ token: utf8.decode(bytes.subarray(at + 8, at + 8 + length)), score });
    at += 8 + length;
  }
  if (entries.length <= 3 + 256) throw brokenFile(file, `has ${entries.length} tokens; three special ones, the 256 bytes and more were expected`);
  return entries;
}

/** Subjects: what lies beside the weights in folders laid out as Hugging Face's libraries do it: configurations and vocabularies. */
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { dirname } from 'node:path';
import { openHuggingFaceFolder } from '../../trainer/huggingface/folder.ts';
import { descriptions } from '../../trainer/huggingface/native.fixture.ts';
import { tokenizerBeside } from '../../trainer/huggingface/tokenizer-files.ts';
import type { HuggingFaceTokenizer } from '../../trainer/huggingface/tokenizer.ts';
import type { Seed, Subject } from './subject.ts';

const text = "The café's naïve 3€ – 日本語 🙂 e\u0301\n<s> ok</s>";

/** Cuts a text and puts it together again: every offset must lie in the text. */
function use(tokenizer: HuggingFaceTokenizer | undefined): void {
  if (tokenizer === undefined) return;
  const { ids, tokens } = tokenizer.encode(text);
  for (const { start, end } of tokens) if (!(start >= 0 && start <= end && end <= text.length)) throw new Error(`a token from ${start} to ${end} of a text of ${text.length}`);
  tokenizer.decode(ids);
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

const config = {
  architectures: ['T5ForConditionalGeneration'], model_type: 't5', is_encoder_decoder: true, vocab_size: 300, d_model: 8, num_layers: 1, num_heads: 2,
  pad_token_id: 0, eos_token_id: [1, 2], decoder_start_token_id: 0, id2label: { 0: 'no', 1: 'yes' }, label2id: { no: 0, yes: 1 }, torch_dtype: 'float32',
};
const generation = { bos_token_id: 1, eos_token_id: 2, pad_token_id: 0, max_length: 20, forced_decoder_ids: [[1, 5], [2, null]], suppress_tokens: [3], num_beams: 2 };
const tokenizerConfig = {
  tokenizer_class: 'T5Tokenizer', model_max_length: 512, eos_token: '</s>', unk_token: { content: '<unk>', lstrip: false, rstrip: false, normalized: true, single_word: false },
  added_tokens_decoder: { 0: { content: '<pad>', special: true }, 9: { content: 'ok', lstrip: true, special: false } },
  chat_template: "{% for m in messages %}{{ '<s>' if loop.first else '' }}{{ m['role'] | upper }}: {{ m.content | trim }}{% endfor %}{% if add_generation_prompt %}>{% endif %}",
};
const preprocessor = { image_processor_type: 'ViTImageProcessor', do_resize: true, size: { height: 8, width: 8 }, image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5], rescale_factor: 0.00392 };

const pieces: readonly (readonly [piece: string, score: number, kind: number])[] = [
  ['<pad>', 0, 3], ['</s>', 0, 3], ['<unk>', 0, 2], ['▁', -2, 1], ['▁The', -3, 1], ['▁caf', -4, 1], ['é', -5, 1], ['s', -3, 1], ["'", -6, 1], ['▁ok', -4, 1], ['▁na', -7, 1], ['<s>', 0, 4],
];

const whole: Readonly<Record<string, Buffer>> = {
  'config.json': json(config),
  'generation_config.json': json(generation),
  'tokenizer_config.json': json(tokenizerConfig),
  'special_tokens_map.json': json({ eos_token: '</s>', additional_special_tokens: ['<x>', '<y>'] }),
  'added_tokens.json': json({ '<x>': 11, '<y>': 12 }),
  'preprocessor_config.json': json(preprocessor),
  'spiece.model': sentencePiece(),
};

export const huggingface: readonly Subject[] = [
  {
    name: 'configurations',
    seeds: async () => [{ files: whole, opened: '', damaged: Object.keys(whole).filter(name => name !== 'spiece.model') }],
    read: async (path, random) => {
      const folder = await openHuggingFaceFolder(path);
      folder.onnx();
      use(await folder.tokenizer());
      if (random() < 0.3) (await folder.chatTemplate())?.apply([{ role: 'user', content: 'Hello' }, { role: 'assistant', content: 'there' }]);
    },
  },
  {
    name: 'tokenizer.json',
    seeds: async () => ['bert-uncased', 'gpt2', 'llama3', 'clip', 'llama2-metaspace', 't5', 'word-level'].map((name): Seed => ({ files: { 'tokenizer.json': json(descriptions[name]) }, opened: 'tokenizer.json' })),
    read: async path => use(await tokenizerBeside(dirname(path))),
  },
  {
    name: 'vocabularies',
    seeds: async () => [
      { files: { 'spiece.model': sentencePiece(), 'tokenizer_config.json': json({ tokenizer_class: 'T5Tokenizer' }) }, damaged: ['spiece.model'] },
      { files: { 'source.spm': sentencePiece(), 'vocab.json': json(Object.fromEntries(pieces.map(([piece], id) => [piece, id]))) } },
      { files: { 'vocab.txt': Buffer.from(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'the', 'cafe', '##s', 'o', '##k', ''].join('\n')) } },
      { files: { 'tokenizer.bin': llama2c() } },
    ],
    read: async path => use(await tokenizerBeside(path)),
  },
];

/** sentencepiece_model.proto: pieces, the trainer's model_type, the normalizer's name and whether a space is put before a text. */
function sentencePiece(): Buffer {
  const writer = new BinaryWriter();
  for (const [piece, score, kind] of pieces) {
    writer.tag(1, 2).fork();
    writer.tag(1, 2).string(piece).tag(2, 5).float(score).tag(3, 0).int32(kind).join();
  }
  writer.tag(2, 2).fork().tag(3, 0).int32(1).join();
  writer.tag(3, 2).fork().tag(1, 2).string('identity').tag(3, 0).bool(true).tag(4, 0).bool(true).tag(5, 0).bool(true).join();
  return Buffer.from(writer.finish());
}

/** The longest token's length, then scores, lengths and tokens. */
function llama2c(): Buffer {
  const number = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(value);
    return bytes;
  };
  const score = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeFloatLE(value);
    return bytes;
  };
  const tokens = ['<unk>', '\n<s>\n', '\n</s>\n', ...Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`), ' ', 'T', 'h', 'e', ' T', 'he', ' The'];
  return Buffer.concat([number(8), ...tokens.flatMap((token, index) => [score(-index), number(Buffer.byteLength(token)), Buffer.from(token)])]);
}

/** The decoders of tokenizer.json: how tokens become a text again. */
import * as z from 'zod';
import { bytesOf } from '../../text/byte-level.ts';
import { rewrite, sliceTraced, type TracedText } from '../../text/traced.ts';
import { decodeUtf8 } from '../../text/utf8.ts';
import { brokenFile, check, isRecord, maybe, or, shown } from '../json.ts';
import { withinTime } from '../within-time.ts';
import { byteOfName } from './byte-names.ts';
import { replaceFound } from './normalizers.ts';
import { compilePattern, patternSchema } from './pattern.ts';
import { type Decoder, nothing, prepend, TracedBuilder } from './stages.ts';

const deepest = 16;
const most = 200;
/** In milliseconds. */
const patience = 5000;

/** @throws Failure `broken-model`, naming what is not known */
export function parseDecoder(json: unknown, file: string, depth = 0): Decoder {
  if (json === null || json === undefined) return spaced;
  if (!isRecord(json) || typeof json['type'] !== 'string') throw brokenFile(file, `has a decoder without a type (found ${shown(json)})`);
  if (depth > deepest) throw brokenFile(file, `has decoders in decoders, more than ${deepest} deep`);
  const type = json['type'];
  switch (type) {
    case 'Sequence': {
      const all = check(z.looseObject({ decoders: z.array(z.unknown()).max(most) }), json, file).decoders.map(each => parseDecoder(each, file, depth + 1));
      return pieces => all.reduce((before, decode) => decode(before), pieces);
    }
    case 'ByteLevel':
      return byteLevel;
    case 'ByteFallback':
      return byteFallback;
    case 'Fuse':
      return pieces => (pieces.length === 0 ? pieces : [fuse(pieces)]);
    case 'WordPiece': {
      const { prefix, cleanup } = check(z.looseObject({ prefix: or(z.string().max(100), '##'), cleanup: or(z.boolean(), true) }), json, file);
      return wordPiece(prefix, cleanup);
    }
    case 'BPEDecoder': {
      const { suffix } = check(z.looseObject({ suffix: or(z.string().max(100), '</w>') }), json, file);
      return bytePair(suffix);
    }
    case 'Metaspace': {
      const options = check(metaspaceSchema, json, file);
      const prefixed = options.prepend_scheme === undefined ? options.add_prefix_space !== false : options.prepend_scheme !== 'never';
      return metaspace(options.replacement, prefixed);
    }
    case 'Replace': {
      const { pattern, content } = check(z.looseObject({ pattern: patternSchema, content: z.string().max(10_000) }), json, file);
      const find = compilePattern(pattern, file);
      const replace: Decoder = pieces => pieces.map(piece => replaceFound(piece, find(piece.text), content));
      // An expression of the file's own may take for ever.
      return 'Regex' in pattern ? pieces => withinTime(patience, `A decoder of ${file}`, () => replace(pieces)) : replace;
    }
    case 'Strip': {
      const options = check(z.looseObject({ content: z.string().min(1).max(100), start: or(z.int().min(0), 0), stop: or(z.int().min(0), 0) }), json, file);
      return pieces => pieces.map(piece => strip(piece, options.content, options.start, options.stop));
    }
    default:
      throw brokenFile(file, `has a decoder of the type ${shown(type)}, which is not known here`);
  }
}

const metaspaceSchema = z.looseObject({
  replacement: or(z.string().min(1).max(10), '▁'),
  prepend_scheme: maybe(z.enum(['always', 'never', 'first'])),
  add_prefix_space: maybe(z.boolean()),
});

export function fuse(pieces: readonly TracedText[]): TracedText {
  const built = new TracedBuilder();
  for (const piece of pieces) built.copy(piece, 0, piece.text.length);
  return built.build();
}

/** Where a file names no decoder, tokens are words. */
const spaced: Decoder = pieces => pieces.map((piece, index) => (index === 0 ? piece : withSpace(piece)));

/** A space that belongs to the piece it is put before. */
function withSpace(piece: TracedText): TracedText {
  const spaced = prepend(' ', piece);
  return { ...spaced, ends: spaced.ends.map((end, unit) => (unit === 0 ? (piece.ends[0] ?? end) : end)) };
}

const wordPiece = (prefix: string, cleanup: boolean): Decoder => pieces =>
  pieces.map((piece, index) => {
    if (index === 0) return piece;
    const joined = prefix !== '' && piece.text.startsWith(prefix) ? sliceTraced(piece, prefix.length) : withSpace(piece);
    return cleanup ? cleanUp(joined) : joined;
  });

/** Spaces that English has none at: before a sign, within a contraction (transformers' `clean_up_tokenization`). */
export function cleanUp(text: TracedText): TracedText {
  return rewrite(text, / (?:[.?!,]|n't|'m|'s|'ve|'re)| ' /g, found => found.trim());
}

const bytePair = (suffix: string): Decoder => pieces =>
  pieces.map((piece, index) => {
    if (suffix === '' || !piece.text.includes(suffix)) return piece;
    const found: [number, number][] = [];
    for (let at = piece.text.indexOf(suffix); at >= 0; at = piece.text.indexOf(suffix, at + suffix.length)) found.push([at, at + suffix.length]);
    return replaceFound(piece, found, index === pieces.length - 1 ? '' : ' ');
  });

/** @param prefixed whether the first token's sign was put there by the tokenizer */
const metaspace = (replacement: string, prefixed: boolean): Decoder => pieces =>
  pieces.map((piece, index) => {
    const found: [number, number][] = [];
    for (let at = piece.text.indexOf(replacement); at >= 0; at = piece.text.indexOf(replacement, at + replacement.length)) found.push([at, at + replacement.length]);
    return found.length === 0 ? piece : replaceFound(piece, found, index === 0 && prefixed ? '' : ' ');
  });

function strip(piece: TracedText, content: string, start: number, stop: number): TracedText {
  let from = 0;
  let to = piece.text.length;
  for (let count = 0; count < start && piece.text.startsWith(content, from); count++) from += content.length;
  for (let count = 0; count < stop && to - content.length >= from && piece.text.startsWith(content, to - content.length); count++) to -= content.length;
  return from === 0 && to === piece.text.length ? piece : sliceTraced(piece, from, to);
}

/** Runs of byte tokens are characters; what is none in UTF-8 is U+FFFD, byte by byte. */
const byteFallback: Decoder = pieces => {
  const decoded: TracedText[] = [];
  let run: { byte: number; piece: TracedText }[] = [];
  const end = (): void => {
    if (run.length > 0) decoded.push(spelled(run, true));
    run = [];
  };
  for (const piece of pieces) {
    const byte = byteOfName(piece.text);
    if (byte === undefined) {
      end();
      decoded.push(piece);
    } else run.push({ byte, piece });
  }
  end();
  return decoded;
};

/** A token that holds a character beyond the byte-level alphabet spells itself: an added token does. */
const byteLevel: Decoder = pieces => {
  const bytes = pieces.flatMap(piece => {
    const known = bytesOf(piece.text) ?? utf8.encode(piece.text);
    return Array.from(known, byte => ({ byte, piece }));
  });
  return bytes.length === 0 ? [] : [spelled(bytes, false)];
};

const utf8 = new TextEncoder();
const replacementCharacter = '\uFFFD';

/** @param each whether a run that is no UTF-8 is one U+FFFD a byte */
function spelled(bytes: readonly { readonly byte: number; readonly piece: TracedText }[], each: boolean): TracedText {
  const { text, spans } = decodeUtf8(Uint8Array.from(bytes, ({ byte }) => byte));
  const built = new TracedBuilder();
  if (each && text.includes(replacementCharacter) && !isUtf8(bytes.map(({ byte }) => byte))) {
    for (const { piece } of bytes) built.push(replacementCharacter, piece.starts[0] ?? 0, piece.ends[0] ?? 0);
    return built.build();
  }
  for (let index = 0; index < bytes.length; ) {
    const span = spans[index];
    if (span === undefined) return nothing;
    let last = index;
    while (spans[last + 1] === span) last++;
    built.push(text.slice(span.start, span.end), bytes[index]?.piece.starts[0] ?? 0, bytes[last]?.piece.ends[0] ?? 0);
    index = last + 1;
  }
  return built.build();
}

const strict = new TextDecoder('utf-8', { fatal: true });

function isUtf8(bytes: readonly number[]): boolean {
  try {
    strict.decode(Uint8Array.from(bytes));
    return true;
  } catch {
    return false;
  }
}

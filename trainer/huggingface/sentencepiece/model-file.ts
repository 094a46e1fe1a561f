/** A SentencePiece model as it lies on disk: a protobuf of the pieces and of the rules of normalisation (sentencepiece_model.proto). */
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { brokenFile } from '../json.ts';

/** `hidden`: unused, and not found in texts. */
export type PieceKind = 'normal' | 'unknown' | 'control' | 'user-defined' | 'hidden' | 'byte';

export interface SentencePiece {
  readonly piece: string;
  readonly score: number;
  readonly kind: PieceKind;
}

export interface SentencePieceModel {
  /** By id. */
  readonly pieces: readonly SentencePiece[];
  readonly algorithm: 'unigram' | 'byte-pair';
  readonly byteFallback: boolean;
  readonly normalizer: NormalizerSpec;
}

export interface NormalizerSpec {
  /** `nmt_nfkc`, `identity` … */
  readonly name: string;
  readonly charsMap: Uint8Array;
  readonly addDummyPrefix: boolean;
  readonly removeExtraWhitespaces: boolean;
  readonly escapeWhitespaces: boolean;
  /** Whether a word's space stands behind it. */
  readonly whitespaceIsSuffix: boolean;
}

const kinds: readonly (PieceKind | undefined)[] = [undefined, 'normal', 'unknown', 'control', 'user-defined', 'hidden', 'byte'];
const mostPieces = 4_000_000;

/** @throws Failure `broken-model`, naming what is wrong */
export function readSentencePieceModel(bytes: Uint8Array, file: string): SentencePieceModel {
  try {
    return read(bytes, file);
  } catch (thrown) {
    if (!(thrown instanceof RangeError || (thrown instanceof Error && thrown.name === 'Error'))) throw thrown;
    throw brokenFile(file, `is no SentencePiece model: ${thrown.message}`, undefined, thrown);
  }
}

function read(bytes: Uint8Array, file: string): SentencePieceModel {
  const pieces: SentencePiece[] = [];
  let trainer = { algorithm: 1, byteFallback: false, whitespaceIsSuffix: false };
  let normalizer = { name: '', charsMap: new Uint8Array(), addDummyPrefix: true, removeExtraWhitespaces: true, escapeWhitespaces: true };
  fields(bytes, (field, reader) => {
    if (field === 1) {
      if (pieces.length >= mostPieces) throw brokenFile(file, `has more than ${mostPieces} pieces`);
      pieces.push(readPiece(reader.bytes(), file, pieces.length));
    } else if (field === 2) trainer = readTrainer(reader.bytes());
    else if (field === 3) normalizer = readNormalizer(reader.bytes());
    else return false;
    return true;
  });
  if (pieces.length === 0) throw brokenFile(file, 'holds no pieces; a SentencePiece model was expected');
  if (trainer.algorithm !== 1 && trainer.algorithm !== 2) {
    throw brokenFile(file, `was trained by the algorithm ${trainer.algorithm === 3 ? 'WORD' : trainer.algorithm === 4 ? 'CHAR' : trainer.algorithm}; UNIGRAM or BPE was expected`);
  }
  return {
    pieces,
    algorithm: trainer.algorithm === 1 ? 'unigram' : 'byte-pair',
    byteFallback: trainer.byteFallback,
    normalizer: { ...normalizer, whitespaceIsSuffix: trainer.whitespaceIsSuffix },
  };
}

function readPiece(bytes: Uint8Array, file: string, id: number): SentencePiece {
  let piece = '';
  let score = 0;
  let type = 1;
  fields(bytes, (field, reader, wire) => {
    if (field === 1 && wire === WireType.LengthDelimited) piece = reader.string();
    else if (field === 2 && wire === WireType.Bit32) score = reader.float();
    else if (field === 3 && wire === WireType.Varint) type = reader.int32();
    else return false;
    return true;
  });
  const kind = kinds[type];
  if (kind === undefined || piece === '' || !Number.isFinite(score)) throw brokenFile(file, `has a piece ${id} of the type ${type}, "${piece.slice(0, 60)}", with the score ${score}; a type from 1 to 6, a text and a number were expected`);
  return { piece, score, kind };
}

function readTrainer(bytes: Uint8Array): { algorithm: number; byteFallback: boolean; whitespaceIsSuffix: boolean } {
  const found = { algorithm: 1, byteFallback: false, whitespaceIsSuffix: false };
  fields(bytes, (field, reader, wire) => {
    if (wire !== WireType.Varint) return false;
    if (field === 3) found.algorithm = reader.int32();
    else if (field === 24) found.whitespaceIsSuffix = reader.bool();
    else if (field === 35) found.byteFallback = reader.bool();
    else return false;
    return true;
  });
  return found;
}

function readNormalizer(bytes: Uint8Array) {
  const found = { name: '', charsMap: new Uint8Array(), addDummyPrefix: true, removeExtraWhitespaces: true, escapeWhitespaces: true };
  fields(bytes, (field, reader, wire) => {
    if (field === 1 && wire === WireType.LengthDelimited) found.name = reader.string();
    else if (field === 2 && wire === WireType.LengthDelimited) found.charsMap = new Uint8Array(reader.bytes());
    else if (field === 3 && wire === WireType.Varint) found.addDummyPrefix = reader.bool();
    else if (field === 4 && wire === WireType.Varint) found.removeExtraWhitespaces = reader.bool();
    else if (field === 5 && wire === WireType.Varint) found.escapeWhitespaces = reader.bool();
    else return false;
    return true;
  });
  return found;
}

/** Hands each field to `read`, which says whether it has read it; else it is skipped. */
function fields(bytes: Uint8Array, read: (field: number, reader: BinaryReader, wire: WireType) => boolean): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    if (!read(field, reader, wire)) reader.skip(wire, field);
  }
}

import type { Span } from '../../protocol/trace.ts';

/** What bytes spell, and the character in it that each byte belongs to (UTF-16 offsets). */
export interface DecodedBytes {
  readonly text: string;
  readonly spans: readonly Span[];
}

/**
 * Decodes UTF-8 as `TextDecoder` does, which does not tell where each byte went. Total: every maximal part of a broken
 * sequence becomes one U+FFFD (Unicode 16, §3.9, "U+FFFD Substitution of Maximal Subparts"; WHATWG Encoding, §8.1.1).
 */
export function decodeUtf8(bytes: Uint8Array): DecodedBytes {
  let text = '';
  const spans: Span[] = [];
  let index = 0;
  while (index < bytes.length) {
    const first = bytes[index] ?? 0;
    if (first < 0x80) {
      spans.push({ start: text.length, end: text.length + 1 });
      text += String.fromCharCode(first);
      index++;
      continue;
    }
    const lead = leadByte(first);
    let codePoint = lead.bits;
    let read = 1;
    for (let { low, high } = lead; read <= lead.trail; read++, low = 0x80, high = 0xbf) {
      const byte = bytes[index + read];
      if (byte === undefined || byte < low || byte > high) break;
      codePoint = (codePoint << 6) | (byte & 0x3f);
    }
    const start = text.length;
    text += lead.valid && read === lead.trail + 1 ? String.fromCodePoint(codePoint) : '\uFFFD';
    const span = { start, end: text.length };
    for (let byte = 0; byte < read; byte++) spans.push(span);
    index += read;
  }
  return { text, spans };
}

interface LeadByte {
  readonly valid: boolean;
  /** The bits of the code point that the lead byte carries. */
  readonly bits: number;
  /** How many bytes follow, and what the first of them may be: no overlong form, no surrogate, none over U+10FFFF. */
  readonly trail: number;
  readonly low: number;
  readonly high: number;
}

/** Unicode 16, table 3-7, "Well-Formed UTF-8 Byte Sequences", from 0x80 on. */
function leadByte(byte: number): LeadByte {
  const any = { valid: true, low: 0x80, high: 0xbf };
  if (byte < 0xc2 || byte > 0xf4) return { ...any, valid: false, bits: 0, trail: 0 };
  if (byte < 0xe0) return { ...any, bits: byte & 0x1f, trail: 1 };
  if (byte < 0xf0) {
    return { ...any, bits: byte & 0x0f, trail: 2, low: byte === 0xe0 ? 0xa0 : 0x80, high: byte === 0xed ? 0x9f : 0xbf };
  }
  return { ...any, bits: byte & 0x07, trail: 3, low: byte === 0xf0 ? 0x90 : 0x80, high: byte === 0xf4 ? 0x8f : 0xbf };
}

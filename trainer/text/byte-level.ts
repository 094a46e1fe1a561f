/**
 * The byte-level alphabet of GPT-2 (Radford et al. 2019, encoder.py): every byte is spelled as one visible character,
 * so that any text is a sequence of known symbols and no token holds a space.
 */

/** The 256 symbols, by byte. Printable bytes of Latin-1 spell themselves; the others take characters from U+0100 on. */
export const symbolOfByte: readonly string[] = spellBytes();

const byteOfSymbol: ReadonlyMap<string, number> = new Map(symbolOfByte.map((symbol, byte) => [symbol, byte]));

/**
 * How GPT-2 cuts a text into words before byte pairs are merged within them; the same expression as in the
 * `ByteLevel` pre-tokenizer of Hugging Face's libraries.
 */
export const wordPattern = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

const utf8 = new TextEncoder();

/** A text's UTF-8 bytes in the byte-level alphabet. A lone surrogate is spelled as U+FFFD. */
export function spell(text: string): string {
  let symbols = '';
  for (const byte of utf8.encode(text)) symbols += symbolOfByte[byte] ?? '';
  return symbols;
}

/** The bytes that a token of the byte-level alphabet spells, or `undefined` if it holds any other character. */
export function bytesOf(token: string): Uint8Array | undefined {
  const bytes = new Uint8Array(token.length);
  for (let index = 0; index < token.length; index++) {
    const byte = byteOfSymbol.get(token.charAt(index));
    if (byte === undefined) return undefined;
    bytes[index] = byte;
  }
  return bytes;
}

function spellBytes(): string[] {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    return String.fromCharCode(printable ? byte : next++);
  });
}

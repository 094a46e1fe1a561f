import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { randomSource } from './fixtures/random.ts';
import { decodeWithSlots, encodePieces, type Piece } from './slots.ts';
import { slotAugment } from './slot-augment.ts';
import { TextTokenizer } from './tokenizer.ts';

const tokenizer = TextTokenizer.parse(
  JSON.parse(readFileSync(new URL('fixtures/tokenizer.json', import.meta.url), 'utf8')), 'tokenizer.json');
const slotIds = [1, 2, 3, 4].map(slot => tokenizer.idOf(`<slot${slot}>`));

/** `Call {0:10} men` → its pieces. */
function pieces(notation: string): Piece[] {
  return notation.split(/(\{\d:[^}]*\})/).filter(part => part !== '').map(part => {
    const slot = /^\{(\d):(.*)\}$/.exec(part);
    return slot === null ? { kind: 'text', text: part } : { kind: 'slot', text: slot[2] ?? '', slot: Number(slot[1]) };
  });
}

function notation(pieces: readonly Piece[]): string {
  return pieces.map(piece => (piece.kind === 'text' ? piece.text : `{${piece.slot}:${piece.text}}`)).join('');
}

describe('encodePieces and decodeWithSlots', () => {
  it.each([
    'No slots at all.',
    '{0:Tom} met {1:Mary} in ({2:1999}), {3:Boston}.',
    "L'an {0:2000}, d'{1:Ali}{2:`x`}!",
    '{0:12}{1:34}',
    '{0:https://a.bc} is {1:`it`}',
  ])('bring %s back exactly', text => {
    const given = pieces(text);
    const strings = given.flatMap(piece => (piece.kind === 'slot' ? [piece.text] : []));
    const ids = encodePieces(given, tokenizer, slotIds);
    expect(ids.filter(id => slotIds.includes(id))).toEqual(slotIds.slice(0, strings.length));
    const decoded = decodeWithSlots(ids, tokenizer, slotIds, strings);
    const separate = text.startsWith('{0:12}') ? ' ' : '';
    expect(decoded.text).toBe(given.map(piece => piece.text).join(separate));
    ids.forEach((id, index) => {
      const { start = 0, end = 0 } = decoded.spans[index] ?? {};
      if (slotIds.includes(id)) expect(decoded.text.slice(start, end)).toBe(strings[slotIds.indexOf(id)]);
    });
  });

  it('put slots where the translation has them', () => {
    const ids = encodePieces(pieces('Le {1:b} puis {0:a}.'), tokenizer, slotIds);
    expect(decodeWithSlots(ids, tokenizer, slotIds, ['a', 'b']).text).toBe('Le b puis a.');
  });

  it('keep words and slots apart when the model forgets the space', () => {
    const word = tokenizer.encodeIds('oui');
    const [slot = 0] = slotIds;
    expect(decodeWithSlots([...word, slot], tokenizer, slotIds, ['12']).text).toBe('oui 12');
    expect(decodeWithSlots([...tokenizer.encodeIds("l'"), slot], tokenizer, slotIds, ['A']).text).toBe("l'A");
  });

  it('are total, with offsets in order', () => {
    const random = randomSource(8);
    for (let round = 0; round < 300; round++) {
      const ids = Array.from({ length: random.below(10) }, () =>
        random.below(3) === 0 ? random.of(slotIds) : random.below(tokenizer.size));
      const { text, spans } = decodeWithSlots(ids, tokenizer, slotIds, [random.text(3), random.text(3), random.text(3)]);
      expect(spans.length).toBe(ids.length);
      let start = 0;
      for (const span of spans) {
        expect(span.start).toBeGreaterThanOrEqual(start);
        expect(span.end).toBeGreaterThanOrEqual(span.start);
        expect(span.end).toBeLessThanOrEqual(text.length);
        start = span.start;
      }
    }
  });
});

describe('slotAugment', () => {
  const augment = (source: string, target: string, random = () => 0): string | undefined => {
    const augmented = slotAugment({ source, target }, random);
    return augmented && `${notation(augmented.source)} = ${notation(augmented.target)}`;
  };

  it.each([
    ['Call 110.', 'Appelez le 110.', 'Call {0:110}. = Appelez le {0:110}.'],
    ['Tom met Mary at 10:30.', 'À 10:30, Tom vit Mary.', '{0:Tom} met {1:Mary} at {2:10:30}. = À {2:10:30}, {0:Tom} vit {1:Mary}.'],
    ["It's Tom's.", "C'est à Tom.", "It's {0:Tom}'s. = C'est à {0:Tom}."],
    ['Tom is Tom.', 'Tom est Tom.', '{0:Tom} is {1:Tom}. = {0:Tom} est {1:Tom}.'],
  ])('%s = %s', (source, target, expected) => {
    expect(augment(source, target)).toBe(expected);
  });

  it('leaves what is not on both sides as often', () => {
    expect(augment('Tom said Tom was 30.', 'Tom dit avoir trente ans.')).toBeUndefined();
    expect(augment('Excuse me.', 'Excuse-moi.')).toBeUndefined();
    expect(augment('The 1990s in Paris', 'Les 1990 à Parisien')).toBeUndefined();
  });

  it('keeps most names and digits as words, and every number as a slot', () => {
    expect(augment('Tom is 30.', 'Tom a 30 ans.', () => 0.5)).toBe('Tom is {0:30}. = Tom a {0:30} ans.');
    expect(augment('I am 5.', "J'ai 5 ans.", () => 0.5)).toBeUndefined();
    const random = randomSource(9);
    const rounds = 4000;
    let names = 0;
    for (let round = 0; round < rounds; round++) if (augment('I see Tom.', 'Je vois Tom.', random.next)) names++;
    expect(Math.abs(names / rounds - 0.25)).toBeLessThan(0.03);
  });

  it('never makes more slots than the model has', () => {
    const source = 'Ann, Bob, Cid, Dan, Eve, 10 and 20';
    expect(augment(source, source)?.match(/\{/g)).toHaveLength(8);
  });

  it('keeps both texts', () => {
    const random = randomSource(10);
    for (let round = 0; round < 300; round++) {
      const pair = { source: random.text(10), target: random.text(10) };
      const augmented = slotAugment(pair, random.next);
      if (augmented === undefined) continue;
      expect(augmented.source.map(piece => piece.text).join('')).toBe(pair.source);
      expect(augmented.target.map(piece => piece.text).join('')).toBe(pair.target);
      const slots = augmented.source.flatMap(piece => (piece.kind === 'slot' ? [piece.slot] : []));
      expect(slots).toEqual(slots.map((_, index) => index));
    }
  });
});

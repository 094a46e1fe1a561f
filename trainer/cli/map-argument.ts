/** What the command line says of a map: which one, and how it is read. */
import { type MapChoice, type MapReading, plainReading } from '../../protocol/inspection.ts';
import { chosenScales, type ChosenScale } from '../../protocol/map-scale.ts';
import { mapKinds } from '../../protocol/trace.ts';
import { badArgument } from './command.ts';

/** `cross:2:mean`, `encoder:0:3`, `encoder:5:rollout`; of a layer alone the mean of its heads. */
export function readChoice(text: string): MapChoice {
  const found = /^([a-z]+):(\d{1,4})(?::(\d{1,4}|mean|max|rollout|flow))?$/.exec(text);
  const kind = mapKinds.find(one => one === found?.[1]);
  if (found === null || kind === undefined) {
    throw badArgument('attend', `--map is "${text}"; KIND:LAYER:HEAD with a KIND of ${mapKinds.join(', ')} and a HEAD that is a number, mean, max, rollout or flow was expected: --export writes one map.`);
  }
  const layer = Number(found[2]);
  switch (found[3]) {
    case 'rollout':
    case 'flow':
      return { of: found[3], kind, layer };
    case undefined:
    case 'mean':
    case 'max':
      return { of: 'heads', kind, layer, heads: 'all', by: found[3] ?? 'mean' };
    default:
      return { of: 'heads', kind, layer, heads: [Number(found[3])], by: 'mean' };
  }
}

/** As many digits as a count or a share may have. */
const valued = /^(top|mass|least)=(\d{1,6}(?:\.\d{1,9})?)$/;

/** `words,no-special,by-row,top=5`: what differs from a map as it is, in any order. */
export function readReading(text: string): MapReading {
  return text.split(',').reduce(readPart, plainReading);
}

function readPart(reading: MapReading, part: string): MapReading {
  switch (part) {
    case 'value-weighted':
      return { ...reading, valueWeighted: true };
    case 'no-special':
      return { ...reading, hideSpecial: true };
    case 'words':
    case 'sentences':
      return { ...reading, unit: part };
    case 'by-row':
      return { ...reading, normalise: 'row' };
    case 'by-column':
      return { ...reading, normalise: 'column' };
    case 'by-all':
      return { ...reading, normalise: 'all' };
  }
  const [, by, number = ''] = valued.exec(part) ?? [];
  const value = Number(number);
  if (by === 'top' && Number.isInteger(value)) return { ...reading, keep: { by, count: value } };
  if (by === 'mass' && value <= 1) return { ...reading, keep: { by, mass: value } };
  if (by === 'least') return { ...reading, keep: { by: 'weight', least: value } };
  throw badArgument('attend', `--reading has "${part}"; words, sentences, no-special, value-weighted, by-row, by-column, by-all, top=5, least=0.05 or mass=0.9 were expected, with commas between them.`);
}

export function readScale(text: string): ChosenScale {
  const scale = chosenScales.find(one => one === text);
  if (scale === undefined) throw badArgument('attend', `--scale is "${text}"; one of ${chosenScales.join(', ')} was expected.`);
  return scale;
}

/** `0,2,5`, each once, or `all`. */
export function readHeads(text: string): readonly number[] | 'all' {
  if (text === 'all') return text;
  if (!/^\d{1,4}(,\d{1,4})*$/.test(text)) throw badArgument('attend', `--lines is "${text}"; heads such as 0,2,5, or all, were expected.`);
  return [...new Set(text.split(',').map(Number))];
}

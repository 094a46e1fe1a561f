/** Conversations made ready: split as wholes, every reply with the turns before it as token ids. */
import { createHash, type Hash } from 'node:crypto';
import { Failure } from '../../../protocol/failure.ts';
import { type Dialogue, type DialogueSource, readDialogues } from '../../corpora/dialogues.ts';
import { MemoryBound } from '../../corpora/memory-bound.ts';
import { trainBytePair } from '../../text/byte-pair.ts';
import { splitForFold } from '../../text/folds.ts';
import { normalizeForModel } from '../../text/normalize.ts';
import { splitKey } from '../../text/split.ts';
import { TextTokenizer } from '../../text/tokenizer.ts';
import { encodeTurns } from '../../text/turns.ts';
import type { EncodedPair } from '../../training/batch.ts';
import type { Fold } from '../../training/fold.ts';
import { mapYielding } from '../map-yielding.ts';
import type { SequenceDataset } from '../sequence-task.ts';
import { checkLengths } from '../translation/dataset.ts';
import { specialTokens as common } from '../translation/encoder.ts';
import type { DialogueConfig, DialogueSources } from './config.ts';

export const specialTokens = { ...common, turn: '<turn>' } as const;

/** What was said before, and what was said then. */
export interface Reply {
  readonly turns: readonly string[];
  readonly reply: string;
}

/** Replies to train on, to validate and to test: those of a conversation lie in one of the three. */
export interface ReplyParts {
  readonly train: readonly Reply[];
  readonly validation: readonly Reply[];
  readonly test: readonly Reply[];
}

export interface DialogueDataset extends SequenceDataset {
  readonly split: ReplyParts;
}

/** What a dataset depends on of a config. */
export type DialogueDatasetConfig = Pick<DialogueConfig, 'split' | 'vocabulary' | 'history'> & {
  readonly training: Pick<DialogueConfig['training'], 'buckets'>;
};

/**
 * Reads conversations, and those to validate and to test with, or holds out those that have no file of their own. What is
 * held out, letters and digits compared (`splitKey`), is no whole conversation of the training, and no reply of the
 * training to the same turns.
 * @param print hears what is left out of the training
 * @throws Failure `bad-corpus`
 */
export async function readParts(
  sources: DialogueSources,
  { split, history }: Pick<DialogueDatasetConfig, 'split' | 'history'>,
  print: (line: string) => void = () => undefined,
  fold?: Fold,
): Promise<{ split: ReplyParts; hash: string }> {
  const digest = createHash('sha256');
  const corpus = await readAll(sources.train, digest);
  // A conversation that moves from one set to another changes the hash: each begins with its role, on a line that is no JSON.
  const own = async (role: 'validation' | 'test'): Promise<Reply[] | undefined> => {
    const given = sources[role];
    if (given === undefined) return undefined;
    digest.update(`\f${role}\n`);
    return repliesOfAll(await readAll(given, digest), history);
  };
  const given = { validation: await own('validation'), test: await own('test') };
  const taken = new Set([...(given.validation ?? []), ...(given.test ?? [])].map(keyOf));
  const held = { validation: given.validation ? 0 : (split?.validation ?? 0), test: given.test ? 0 : (split?.test ?? 0) };
  const isWhollyTaken = (dialogue: Dialogue): boolean => taken.size > 0 && repliesOf(dialogue, history).every(reply => taken.has(keyOf(reply)));
  const free = corpus.filter(dialogue => !isWhollyTaken(dialogue));
  const whole = new Map(free.map(dialogue => [dialogue.turns.join('\n'), dialogue]));
  const drawn = splitForFold([...whole.keys()].map(text => ({ source: text, target: text })), { ...held, seed: split?.seed ?? 1 }, fold);
  const dialoguesOf = (pairs: readonly { readonly source: string }[]): Dialogue[] => pairs.flatMap(({ source }) => whole.get(source) ?? []);
  // What was given to test with must not choose the best checkpoint either.
  const drawnReplies = (pairs: readonly { readonly source: string }[]): Reply[] =>
    repliesOfAll(dialoguesOf(pairs), history).filter(reply => !taken.has(keyOf(reply)));
  const validation = given.validation ?? drawnReplies(drawn.validation);
  const test = given.test ?? drawnReplies(drawn.test);
  const heldOut = new Set([...validation, ...test].map(keyOf));
  const all = repliesOfAll(dialoguesOf(drawn.train), history);
  const train = all.filter(reply => !heldOut.has(keyOf(reply)));
  const left = repliesOfAll(corpus.filter(isWhollyTaken), history).length + all.length - train.length;
  if (left > 0) print(`${left} replies are held-out ones too and are left out of the training`);
  if (train.length === 0 || validation.length === 0) {
    throw new Failure(
      'bad-corpus',
      `The corpus has ${corpus.length} conversations: ${train.length} replies are left for training and ${validation.length} ` +
        `for validation when ${test.length} are held out for the test.`,
      'Use a larger corpus, or hold fewer conversations out ("split" in the config).',
    );
  }
  return { split: { train, validation, test }, hash: digest.digest('hex') };
}

async function readAll(sources: readonly DialogueSource[], digest: Hash): Promise<Dialogue[]> {
  const dialogues: Dialogue[] = [];
  const bound = new MemoryBound('conversations');
  for (const source of sources) {
    for await (const { turns } of readDialogues(source)) {
      const normal = turns.map(normalizeForModel);
      bound.add(normal.reduce((sum, turn) => sum + turn.length, 0));
      digest.update(`${JSON.stringify(normal)}\n`);
      if (normal.every(turn => turn !== '')) dialogues.push({ turns: normal });
    }
  }
  return dialogues;
}

const repliesOfAll = (dialogues: readonly Dialogue[], history: number): Reply[] => dialogues.flatMap(dialogue => repliesOf(dialogue, history));

/** Every turn but the first is a reply to those before it. */
function repliesOf({ turns }: Dialogue, history: number): Reply[] {
  return turns.slice(1).map((reply, before) => ({ turns: turns.slice(Math.max(0, before + 1 - history), before + 1), reply }));
}

const keyOf = ({ turns, reply }: Reply): string => [...turns, reply].map(splitKey).join('\n');

/**
 * @param print hears how many replies there are, and how many are left out
 * @throws Failure `bad-corpus`, `no-such-file`; AbortError
 */
export async function prepareDataset(
  sources: DialogueSources,
  config: DialogueDatasetConfig,
  print: (line: string) => void,
  signal?: AbortSignal,
  fold?: Fold,
): Promise<DialogueDataset> {
  const { split, hash } = await readParts(sources, config, print, fold);
  print(`${split.train.length} replies to train on, ${split.validation.length} to validate, ${split.test.length} to test`);
  signal?.throwIfAborted();
  const { pad, start, end, turn, slots } = specialTokens;
  const texts = split.train.flatMap(({ turns, reply }) => [...turns.slice(-1), reply]);
  const tokenizerJson = trainBytePair(texts, { size: config.vocabulary.size, special: [pad, start, end, turn, ...slots] });
  const tokenizer = TextTokenizer.parse(tokenizerJson, 'the vocabulary just learnt');
  const special = { pad: tokenizer.idOf(pad), start: tokenizer.idOf(start), end: tokenizer.idOf(end), turn: tokenizer.idOf(turn) };
  print(`a vocabulary of ${tokenizer.size} tokens`);
  const encode = ({ turns, reply }: Reply): EncodedPair => ({
    source: encodeTurns(turns, tokenizer, special),
    target: tokenizer.encodeIds(reply),
  });
  const train = await mapYielding(split.train, reply => ({ plain: encode(reply), slotted: undefined }), signal);
  const validation = await mapYielding(split.validation, encode, signal);
  checkLengths(train.map(({ plain }) => plain), 'to train on', config, print);
  checkLengths(validation, 'to validate', config, print);
  return { split, tokenizerJson, tokenizer, special, train, validation, hash };
}

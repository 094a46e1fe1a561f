/** Scores a model that replies on the held-out conversations of its config, and shows some of its replies. */
import { Failure } from '../../../protocol/failure.ts';
import { corpusChrf } from '../../analysis/chrf.ts';
import { readManifestOf } from '../../checkpoints/open.ts';
import { forcedSearch } from '../../decoding/forced.ts';
import { greedySearch } from '../../decoding/greedy.ts';
import { TranslationModel } from '../../decoding/model.ts';
import { defaultThreads } from '../../engine/threads.ts';
import { printableWord } from '../../render/printable.ts';
import { encodeTurns } from '../../text/turns.ts';
import { checkTestSet, isNewTo, saveScores } from '../test-set.ts';
import { dialogueCard } from './card.ts';
import { type DialogueConfig, dialogueSourcesOf, filesOf } from './config.ts';
import { readParts, type Reply } from './dataset.ts';

export interface ScoreRequest {
  readonly config: DialogueConfig;
  /** Path of the config. */
  readonly file: string;
  readonly model: string;
  readonly save: boolean;
  readonly print: (line: string) => void;
}

export interface DialogueScores {
  /** e to the mean negative log-likelihood of a token of the held-out replies, end tokens counted. */
  readonly perplexity: number;
  /** Of the most probable replies, against what was said. */
  readonly chrf: number;
  readonly samples: readonly { readonly turns: readonly string[]; readonly reply: string; readonly reference: string }[];
}

/** Replies that are shown. */
const shown = 8;

/**
 * @throws Failure `bad-config`, `bad-corpus`, `no-such-file`, `unknown-model`, `broken-model`; `bad-argument` where the
 *   test set is not the one that was held out when the model was trained
 */
export async function scoreDialogue({ config, file, model: path, save, print }: ScoreRequest): Promise<DialogueScores> {
  const { folder, manifest } = await readManifestOf(path, 'dialogue');
  const { split, hash } = await readParts(await dialogueSourcesOf(config, file), config, print);
  const isNew = isNewTo(manifest, { hash, split: config.split }, print);
  checkTestSet(split.test.length);
  print(`${split.test.length} replies to test`);
  const scores = await scoreReplies(path, split.test, print);
  const lines = scoreLines(scores);
  for (const line of lines) print(line);
  if (save) {
    await saveScores(folder, manifest, { perplexity: scores.perplexity, chrf: scores.chrf }, {
      ...dialogueCard(manifest, isNew),
      scores: lines,
      origin: config.data.origin,
      files: filesOf(config),
      config: file,
      folder: path,
    });
  }
  return scores;
}

/** Replies, or turns before them, that the model has no places for are told; they count as replied to with nothing. */
async function scoreReplies(folder: string, replies: readonly Reply[], print: (line: string) => void): Promise<DialogueScores> {
  const model = await TranslationModel.openFor('dialogue', folder, { threads: defaultThreads });
  const { tokenizer, manifest } = model;
  const special = { ...model.special, turn: tokenizer.idOf(manifest.tokens.turn) };
  const all: DialogueScores['samples'][number][] = [];
  let sum = 0;
  let tokens = 0;
  let refused = 0;
  try {
    for (const { turns, reply: reference } of replies) {
      const source = encodeTurns(turns, tokenizer, special);
      const target = [...tokenizer.encodeIds(reference), special.end];
      if (Math.max(source.length, target.length) > model.longest) {
        refused++;
        all.push({ turns, reply: '', reference });
        continue;
      }
      const { logProbs } = await model.decode(source, 0, forcedSearch(target));
      sum += logProbs.reduce((total, logProb) => total + logProb, 0);
      tokens += logProbs.length;
      const { ids } = await model.decode(source, 0, greedySearch);
      all.push({ turns, reply: tokenizer.decode(ids).text.trim(), reference });
    }
  } finally {
    await model.release();
  }
  if (refused > 0) print(`  ${refused} of ${replies.length} replies were not tried: they, or the turns before them, have more tokens than the ${model.longest} that the model has places for`);
  if (tokens === 0) {
    throw new Failure('bad-corpus', `All ${refused} held-out replies are too long for the model ${manifest.id}.`, 'Score it on shorter conversations.');
  }
  const { score } = corpusChrf(all.map(({ reply }) => reply), all.map(({ reference }) => [reference]));
  return { perplexity: Math.exp(-sum / tokens), chrf: score, samples: all.slice(0, shown) };
}

/** The scores as text. */
export function scoreLines({ perplexity, chrf, samples }: DialogueScores): string[] {
  return [
    `perplexity ${perplexity.toFixed(2)}, chrF ${chrf.toFixed(1)}`,
    ...samples.flatMap(({ turns, reply, reference }) => [
      '',
      ...turns.map(turn => `  ${printableWord(turn)}`),
      `→ ${printableWord(reply)}`,
      `  (held out: ${printableWord(reference)})`,
    ]),
  ];
}

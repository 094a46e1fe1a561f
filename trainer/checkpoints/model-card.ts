/** A model's card: what it is, what it was made from, how well it does and how to make it again. */
import { stat } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import type { Manifest } from './manifest.ts';

export const cardName = 'README.md';

/** The heading of a card's last section, which tells a card from a README that somebody wrote. */
const lastHeading = '## Make it again';

/** Whether a text is a card that this program wrote. */
export function isModelCard(text: string): boolean {
  return text.includes(`\n${lastHeading}\n`);
}

/** What a card says beyond the manifest. */
export interface CardText {
  /** The lines of the score table. */
  readonly scores: readonly string[];
  /** Where the corpus can be had. */
  readonly origin: string | undefined;
  /** The corpus, as the config names it. */
  readonly files: readonly string[];
  /** The config and the model's folder, as the user named them. */
  readonly config: string;
  readonly folder: string;
  /** Whether it was checked that the training saw nothing of the test set. */
  readonly isNew: boolean;
}

export async function modelCard(folder: string, manifest: Manifest, card: CardText): Promise<string> {
  const { architecture, languages, training } = manifest;
  const sizes = await Promise.all(
    Object.values(manifest.files).map(async file => [file, (await stat(join(folder, file))).size] as const),
  );
  const total = sizes.reduce((sum, [, size]) => sum + size, 0);
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;
  return `# ${manifest.name} (\`${manifest.id}\`)

Translates ${languages.source} to ${languages.target}: a bidirectional GRU encoder and a GRU decoder with additive
attention (Bahdanau, Cho, Bengio 2014). Embeddings of ${architecture.embedding}, states of ${architecture.hidden}, attention of
${architecture.attention}, one byte-pair vocabulary of ${architecture.vocabulary} for both languages, target embeddings tied to the output.

| file | size |
| --- | --- |
${sizes.map(([file, size]) => `| ${file} | ${megabytes(size)} |`).join('\n')}
| all | ${megabytes(total)} |

Weights: ${manifest.precision === 'int8' ? '8-bit integers, one scale a row, turned back into float32 when the model is loaded' : 'float32'}.

## Made from

${training.data}. ${training.pairs} pairs to train on, ${training.steps} steps${minutes(training['minutes'])}.
${card.origin ?? ''}
${card.isNew ? apart : ''}
## Scores

Of this very model as it is stored here, on the held-out sources, against all references of each.

\`\`\`
${card.scores.join('\n')}
\`\`\`

## What it is not

It knows sentences like those it was trained on; names, rare words and other kinds of text go wrong. Sentences of more than
${manifest.limits.sourceTokens} tokens are longer than any it was trained on. Its attention shows where it looked, which is not by
itself an explanation of what it wrote.

${lastHeading}

\`\`\`sh
export ATTENTION_SCOPE_DATA=…   # the folder that holds ${card.files.map(shown).join(' and ')}
npx attention-scope train ${shown(card.config)} --run-dir runs/${manifest.id}
npx attention-scope export runs/${manifest.id} ${shown(card.folder)}
npx attention-scope score ${shown(card.config)} --model ${shown(card.folder)} --save
\`\`\`
`;
}

const apart = `
Everything that shares a source or a target, after normalisation, lies on one side of the split: neither side of a test
pair was seen in training.
`;

/** A path as a card may show it: as it was given, but nothing of the folders of the machine it lies on. */
const shown = (path: string): string => (isAbsolute(path) ? basename(path) : path);

function minutes(value: unknown): string {
  return typeof value === 'number' ? ` in ${value} minutes` : '';
}

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

/** What a card says beyond the manifest; paragraphs are broken into lines by who writes them. */
export interface CardText {
  /** What it does, and how it is built. */
  readonly about: string;
  /** What training examples are called. */
  readonly examples: string;
  /** What was done to the data: that the test set was checked to be new to the model, what was left out. */
  readonly notes: readonly string[];
  /** What was scored, on what. */
  readonly scored: string;
  /** The lines of the score table. */
  readonly scores: readonly string[];
  /** What it cannot do. */
  readonly limits: string;
  /** Where the corpus can be had. */
  readonly origin: string | undefined;
  /** The corpus, as the config names it. */
  readonly files: readonly string[];
  /** The config and the model's folder, as the user named them. */
  readonly config: string;
  readonly folder: string;
}

export async function modelCard(folder: string, manifest: Manifest, card: CardText): Promise<string> {
  const { training } = manifest;
  const sizes = await Promise.all(
    Object.values(manifest.files).map(async file => [file, (await stat(join(folder, file))).size] as const),
  );
  const total = sizes.reduce((sum, [, size]) => sum + size, 0);
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;
  return `# ${manifest.name} (\`${manifest.id}\`)

${card.about}

| file | size |
| --- | --- |
${sizes.map(([file, size]) => `| ${file} | ${megabytes(size)} |`).join('\n')}
| all | ${megabytes(total)} |

Weights: ${manifest.precision === 'int8' ? '8-bit integers, one scale a row, turned back into float32 when the model is loaded' : 'float32'}.

## Made from

${training.data}. ${training.pairs} ${card.examples} to train on, ${training.steps} steps${minutes(training['minutes'])}.
${card.origin ?? ''}
${card.notes.map(note => `\n${note}\n`).join('')}
## Scores

${card.scored}

\`\`\`
${card.scores.join('\n')}
\`\`\`

## What it is not

${card.limits}

${lastHeading}

\`\`\`sh
export ATTENTION_SCOPE_DATA=…   # the folder that holds ${card.files.map(shown).join(' and ')}
npx attention-scope train ${shown(card.config)} --run-dir runs/${manifest.id}
npx attention-scope export runs/${manifest.id} ${shown(card.folder)}
npx attention-scope score ${shown(card.config)} --model ${shown(card.folder)} --save
\`\`\`
`;
}

/** A path as a card may show it: as it was given, but nothing of the folders of the machine it lies on. */
const shown = (path: string): string => (isAbsolute(path) ? basename(path) : path);

function minutes(value: unknown): string {
  return typeof value === 'number' ? ` in ${value} minutes` : '';
}

/** A leaderboard as a table: for a terminal, and as Markdown. */
import { join } from 'node:path';
import type { RunState } from '../../../protocol/runs.ts';
import { formatMeanDeviation } from '../../analysis/mean-deviation.ts';
import { writeFileAtomically } from '../../files/atomic.ts';
import { escapeMarkdown } from '../../render/escape-markdown.ts';
import type { Leaderboard, LeaderboardRow, Standing } from './leaderboard.ts';
import { labelOf } from './plan.ts';

/** The headings, then a row a setting. */
export function leaderboardRows({ rows, metric }: Leaderboard): string[][] {
  return [
    ['', 'setting', metric ?? 'measure', 'runs'],
    ...rows.map((row, index) => [row.measure === null ? '' : `${index + 1}.`, settingOf(row), row.measure === null ? '' : shownMeasure(row), runsOf(row.runs)]),
  ];
}

const settingOf = ({ settings }: LeaderboardRow): string => labelOf({ settings, seed: null }) || 'as its base';

function shownMeasure({ measure }: LeaderboardRow): string {
  if (measure === null) return '';
  const size = Math.abs(measure.mean);
  return formatMeanDeviation(measure, size >= 10 ? 2 : size >= 0.1 ? 3 : 5);
}

/** "2 finished, 1 at 45 %" */
function runsOf(runs: readonly Standing[]): string {
  const states = new Map<RunState, number>();
  for (const { state } of runs) states.set(state, (states.get(state) ?? 0) + 1);
  return [...states]
    .map(([state, count]) => {
      if (state !== 'running') return `${count} ${state}`;
      const shares = runs.flatMap(({ state: own, step, totalSteps }) => (own === 'running' && totalSteps !== null && totalSteps > 0 ? [step / totalSteps] : []));
      const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
      return `${count} running${shares.length === 0 ? '' : ` at ${Math.round(100 * mean)} %`}`;
    })
    .join(', ');
}

export function leaderboardMarkdown(board: Leaderboard): string {
  const [headings = [], ...rows] = leaderboardRows(board);
  const failed = board.rows.flatMap(row => row.runs.flatMap(({ folder, message }) => (message === null ? [] : [`- ${folder} failed: ${escapeMarkdown(message)}`])));
  return [
    `# ${escapeMarkdown(board.title)}`,
    board.metric === null
      ? 'No run was validated.'
      : `Ranked by ${escapeMarkdown(board.metric)}, ${board.better} is better: of each run the best value, of each setting the mean over its seeds ± the sample standard deviation. Each of them was chosen by the same data it is measured on.`,
    [headings, ['---:', '---', '---:', '---'], ...rows.map(row => row.map(escapeMarkdown))].map(cells => `| ${cells.join(' | ')} |`).join('\n'),
    ...(failed.length === 0 ? [] : ['## Failed', failed.join('\n')]),
  ].join('\n\n') + '\n';
}

/** Writes leaderboard.md and leaderboard.json. @throws Failure `disk-full`, `no-such-file` */
export async function writeLeaderboard(folder: string, board: Leaderboard): Promise<void> {
  await writeFileAtomically(join(folder, 'leaderboard.json'), `${JSON.stringify(board, undefined, 2)}\n`);
  await writeFileAtomically(join(folder, 'leaderboard.md'), leaderboardMarkdown(board));
}

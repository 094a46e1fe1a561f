/** What was found and measured, as the steps show it. */
import type { ConfigProposal, DataReading, EstimateRunResult } from '../../protocol/config.ts';
import type { Task } from '../../protocol/server.ts';
import { bytesText, counted, countText } from '../../protocol/quantities.ts';
import { durationText } from '../runs/describe.ts';

const rowNouns: Readonly<Record<Task, string>> = {
  translation: 'pair',
  classification: 'text',
  'image-classification': 'image',
  dialogue: 'conversation',
  'language-modelling': 'text',
};

export interface Told {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
}

/** What was said of some files, by their names alone: with whole paths the beginning would fill the line. */
export function withoutFolders(text: string, files: readonly string[]): string {
  return files.reduce((told, file) => told.replaceAll(file, file.split(/[\\/]/).at(-1) ?? file), text);
}

/** A reading of some files in a line, and below it what looks wrong. */
export function readingText(task: Task, files: readonly string[], { title, rows, isCounted, problems }: DataReading): Told {
  return {
    label: title,
    description: `${isCounted ? '' : 'about '}${counted(rows, rowNouns[task])}`,
    detail: problems.map(problem => `$(warning) ${withoutFolders(problem, files)}`).join('  '),
  };
}

/** Columns that are shown. */
const mostColumns = 8;

/** Each of its columns, or classes, with what stands there. */
export function columnTexts({ columns }: DataReading): Pick<Told, 'label' | 'description'>[] {
  const shown = columns.slice(0, mostColumns).map(({ name, examples }) => ({ label: `$(list-selection) ${name}`, description: examples.map(quoted).join(', ') }));
  return columns.length > mostColumns ? [...shown, { label: `$(ellipsis) ${columns.length - mostColumns} more`, description: '' }] : shown;
}

/** A value on one line, short. */
function quoted(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return `“${line.length > 40 ? `${line.slice(0, 40)}…` : line}”`;
}

export function proposalText({ size, title, parameters, recommended }: ConfigProposal): Told {
  return {
    label: `${size.charAt(0).toUpperCase()}${size.slice(1)}`,
    description: `${countText(parameters)} parameters${recommended ? ' · suits so much data' : ''}`,
    detail: title,
  };
}

export function estimateText({ seconds, steps, stepsAnEpoch, validations, secondsAStep, bytes, share }: EstimateRunResult): Told {
  const each = secondsAStep < 1 ? `${Math.max(1, Math.round(secondsAStep * 1000))} ms` : `${secondsAStep.toFixed(1)} s`;
  return {
    label: `${seconds < 30 ? 'Less than a minute' : `About ${durationText(seconds)}`}, ${bytesText(bytes)} of memory`,
    description: `${durationText(stepsAnEpoch * secondsAStep)} an epoch`,
    detail: `${steps.toLocaleString('en')} steps of ${each}, as measured${share < 1 ? ` on ${Math.max(1, Math.round(share * 100))} % of the corpus` : ''}; on top, ${validations === 1 ? 'a try' : `${validations.toLocaleString('en')} tries`} on held-out data`,
  };
}

/** What curves are called, whoever wrote them: which measure it is, and of which part of the data. */
import { valueText } from '../../checkpoint/format.ts';
import { bytesText } from '../../../protocol/quantities.ts';

export type Part = 'train' | 'validation' | 'test';

export interface CurveName {
  /** The measure: "loss", "gradient_norm". Curves of one measure share a chart. */
  readonly measure: string;
  readonly part: Part;
}

const parts: Readonly<Record<string, Part>> = {
  train: 'train', training: 'train', val: 'validation', valid: 'validation', validation: 'validation', dev: 'validation', eval: 'validation', test: 'test',
};

/**
 * "train/loss", Keras' "val_loss" and a Trainer's "eval_loss" are all curves of a loss; a name that says no part is of the
 * training.
 */
export function nameOfCurve(metric: string): CurveName {
  const [, prefix = '', rest = ''] = /^([a-z]+)[/_.:](.+)$/i.exec(metric) ?? [];
  const part = Object.hasOwn(parts, prefix.toLowerCase()) ? parts[prefix.toLowerCase()] : undefined;
  const measure = snake(part === undefined ? metric : rest).replace(/^epoch_(?=.)/, '');
  return { measure: synonyms[measure] ?? measure, part: part ?? 'train' };
}

const synonyms: Readonly<Record<string, string>> = { lr: 'learning_rate', grad_norm: 'gradient_norm', acc: 'accuracy', nll: 'likelihood' };

const titles: Readonly<Record<string, string>> = {
  likelihood: 'Negative log-likelihood', bleu: 'BLEU', chrf: 'chrF', macro_f1: 'Macro F1', processors: 'Processors busy', memory: 'Memory', f1: 'F1',
};

/** "Gradient norm". */
export function titleOf(measure: string): string {
  const words = measure.replaceAll('_', ' ').trim();
  return titles[measure] ?? (words === '' ? measure : `${words.charAt(0).toUpperCase()}${words.slice(1)}`);
}

/** A value of the measure, in its unit. */
export function measureText(measure: string, value: number): string {
  if (measure === 'memory') return bytesText(value);
  if (measure === 'tokens_per_second') return Math.round(value).toLocaleString('en');
  return valueText(value);
}

const first = ['loss', 'likelihood', 'perplexity'];
const last = ['gradient_norm', 'learning_rate', 'tokens_per_second'];

/** Where a measure's chart stands: what is minimised, then the task's own measures, then how the training goes. */
export function rankOf(measure: string): number {
  const [at, end] = [first.indexOf(measure), last.indexOf(measure)];
  return at >= 0 ? at : end >= 0 ? 200 + end : 100;
}

const hardware = /^(memory|processors|cpu|gpu|ram|disk|system)(_|\/|$)/;

/** What tells of the machine, and not of the model. */
export function isHardware(measure: string): boolean {
  return hardware.test(measure) || measure === 'tokens_per_second';
}

/** Of the machine alone. */
export function isOnlyHardware(measure: string): boolean {
  return hardware.test(measure);
}

function snake(text: string): string {
  return text.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replace(/[\s-]+/g, '_').toLowerCase();
}

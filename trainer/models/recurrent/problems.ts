/** Choices for a recurrent translator that do not fit together. */
import { memoryFeatures, type RecurrentTranslatorArchitecture } from './translator.ts';

/** One sentence for each: the config's key, the value found, and what fits. */
export function recurrentTranslatorProblems(architecture: Omit<RecurrentTranslatorArchitecture, 'vocabulary'>): string[] {
  const { attention, hidden, order, inputFeeding, coverage, encoder, decoderLayers, residual } = architecture;
  const { score } = attention;
  const problems: string[] = [];
  if (score === 'dot' && memoryFeatures(architecture) !== hidden) {
    const half = encoder.bidirectional ? ', half of it where the encoder is bidirectional' : '';
    problems.push(
      `attention.score is "dot", which compares hidden (${hidden}) with annotations of ${memoryFeatures(architecture)}: ` +
        `expected encoder.hidden to be that of hidden${half}, or the score "general".`,
    );
  }
  if (attention.score === 'multi-head' && attention.width % attention.heads !== 0) {
    problems.push(`attention.width is ${attention.width}: expected a multiple of attention.heads (${attention.heads}).`);
  }
  if (attention.score === 'local-p' && attention.window < 1) {
    problems.push(`attention.window is ${attention.window}: expected at least 1, so that some word always lies within.`);
  }
  if (score === 'none' && order === 'after') {
    problems.push('order is "after" where attention.score is "none": expected "before", since a fixed context enters the cell.');
  }
  if (inputFeeding && order === 'before') {
    problems.push('inputFeeding is true where order is "before": expected order "after", or false, since the context enters the cell already.');
  }
  if (coverage > 0 && score !== 'additive') {
    problems.push(`coverage is ${coverage} where attention.score is "${score}": expected the score "additive", or 0.`);
  }
  if (residual && encoder.layers === 1 && decoderLayers === 1) {
    problems.push('residual is true where encoder.layers and decoderLayers are 1: expected more layers of either, or false, since it goes around layers over the first.');
  }
  return problems;
}

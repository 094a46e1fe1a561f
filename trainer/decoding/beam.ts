import type { Constraints, Owed } from './constraints.ts';
import type { Hypothesis, Search } from './hypothesis.ts';
import { atBeginning, type Fate } from './search-record.ts';
import type { MapRow, Step } from './step.ts';

/**
 * The exponent α of the length penalty: 0 prefers short translations (no normalisation), 1 compares the mean
 * log-probability of a token. Wu et al. found 0.6–0.7 best.
 */
export const lengthExponent = 0.6;

/**
 * lp(Y) = (5 + |Y|)^α / (5 + 1)^α: what a hypothesis' log-probability is divided by, so that long ones can win.
 * Wu et al. (2016), "Google's Neural Machine Translation System", section 7, equation 14; |Y| counts the end token.
 * Their coverage penalty is left out.
 */
export function lengthPenalty(length: number, exponent = lengthExponent): number {
  return ((5 + length) / 6) ** exponent;
}

/** A hypothesis under construction: its last token, and what came before. */
interface Node {
  readonly parent: Node | undefined;
  readonly token: number;
  readonly logProb: number;
  readonly maps: readonly MapRow[];
  /** Sum of the log-probabilities. */
  readonly sum: number;
  readonly length: number;
  readonly owed: Owed;
  /** Where it stands in the record, if there is one. */
  readonly place: number;
}

interface Candidate {
  readonly hypothesis: number;
  readonly token: number;
  readonly logProb: number;
  readonly sum: number;
}

/**
 * Beam search: keeps the `width` most probable beginnings, sets finished ones aside, and stops when no beginning can
 * still beat the worst of `width` finished ones. A beginning's log-probability only falls, so its sum over the largest
 * length penalty bounds what it can reach.
 */
export function beamSearch(width: number, exponent = lengthExponent): Search {
  const run: Search['run'] = async (step, constraints, { signal, onStep, record }) => {
    const { start, end } = constraints.special;
    const largestPenalty = lengthPenalty(constraints.longest, exponent);
    const score = (node: Node): number => node.sum / lengthPenalty(node.length, exponent);
    const finished: Node[] = [];
    const origin: Node = { parent: undefined, token: start, logProb: 0, maps: [], sum: 0, length: 0, owed: constraints.atStart, place: atBeginning };
    let beam: readonly Node[] = [origin];
    while (beam.length > 0) {
      signal?.throwIfAborted();
      beam.forEach((node, hypothesis) => (step.previous[hypothesis] = BigInt(node.token)));
      await step.run(beam.length);
      if (record !== undefined) beam.forEach(({ place }, hypothesis) => record.look(place, step.logProbs(hypothesis)));
      const next: Node[] = [];
      const parents: number[] = [];
      const note = (candidate: Candidate, fate: Fate): number => record?.add(beam[candidate.hypothesis]?.place ?? atBeginning, candidate, fate) ?? atBeginning;
      // Each hypothesis ends in one token only, so twice the width leaves a full beam besides the finished ones.
      bestCandidates(step, beam, constraints, width * 2).forEach((candidate, rank) => {
        if (candidate.token === end) {
          // An end that is not among the best is no better an end than what goes on is a beginning.
          const isGood = rank < width;
          const place = note(candidate, isGood ? 'ended' : 'dropped');
          if (isGood) finished.push(extend(beam, candidate, step, constraints, place));
        } else {
          const isKept = next.length < width;
          const place = note(candidate, isKept ? 'kept' : 'dropped');
          if (!isKept) return;
          next.push(extend(beam, candidate, step, constraints, place));
          parents.push(candidate.hypothesis);
        }
      });
      finished.sort((a, b) => score(b) - score(a)).splice(width);
      step.advance(parents);
      beam = next;
      if (onStep !== undefined) onStep(unroll(best([...finished, ...beam], score) ?? origin));
      const worst = finished[width - 1];
      const reachable = (beam[0]?.sum ?? -Infinity) / largestPenalty;
      if (worst !== undefined && reachable <= score(worst)) break;
    }
    const written = finished[0] ?? origin;
    record?.choose(written.place);
    return unroll(written);
  };
  return { width, run };
}

/** The `most` best continuations of all hypotheses, best first. */
function bestCandidates(step: Step, beam: readonly Node[], constraints: Constraints, most: number): Candidate[] {
  const found: Candidate[] = [];
  let least = -Infinity;
  const offer = (candidate: Candidate): void => {
    let place = found.length;
    while (place > 0 && (found[place - 1]?.sum ?? Infinity) < candidate.sum) place--;
    found.splice(place, 0, candidate);
    if (found.length > most) found.pop();
    if (found.length === most) least = found[most - 1]?.sum ?? -Infinity;
  };
  beam.forEach((node, hypothesis) => {
    const logProbs = step.logProbs(hypothesis);
    const only = constraints.restrict(logProbs, node.owed, node.length);
    const consider = (token: number): void => {
      const logProb = logProbs[token] as number;
      const sum = node.sum + logProb;
      if (sum > least) offer({ hypothesis, token, logProb, sum });
    };
    if (only === undefined) for (let token = 0; token < logProbs.length; token++) consider(token);
    else only.forEach(consider);
  });
  return found;
}

function extend(beam: readonly Node[], candidate: Candidate, step: Step, constraints: Constraints, place: number): Node {
  const parent = beam[candidate.hypothesis];
  if (parent === undefined) throw new RangeError(`no hypothesis ${candidate.hypothesis}`);
  return {
    parent,
    token: candidate.token,
    logProb: candidate.logProb,
    maps: step.attention(candidate.hypothesis),
    sum: candidate.sum,
    length: parent.length + 1,
    owed: constraints.after(candidate.token, parent.owed),
    place,
  };
}

function best(nodes: readonly Node[], score: (node: Node) => number): Node | undefined {
  return nodes.reduce<Node | undefined>((a, b) => (a === undefined || score(b) > score(a) ? b : a), undefined);
}

function unroll(last: Node): Hypothesis {
  const nodes: Node[] = [];
  for (let node = last; node.parent !== undefined; node = node.parent) nodes.push(node);
  nodes.reverse();
  return {
    ids: nodes.map(node => node.token),
    logProbs: nodes.map(node => node.logProb),
    maps: nodes.map(node => node.maps),
  };
}

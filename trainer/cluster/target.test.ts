import { expect, test } from 'vitest';
import { pickTarget } from './target.ts';

const good = { kind: 'slurm', runs: '/shared/my runs' };

test('a target is known by its name', () => {
  expect(pickTarget({ lab: good, other: {} }, 'lab', 'targets.json')).toEqual({ ...good, name: 'lab' });
});

test.each([
  ['nothing of that name', { other: good }, /no target "lab" in targets\.json; there are: other/],
  ['no targets at all', [], /holds no targets/],
  ['a key that is none', { lab: { ...good, run: '/x' } }, /"run" is not a key of a target/],
  ['a relative folder', { lab: { ...good, runs: 'runs' } }, /"runs": expected an absolute path.*\(found "runs"\)/],
  ['a folder that sbatch would read as a pattern', { lab: { ...good, runs: '/runs/%j' } }, /expected an absolute path/],
  ['a host that is an option of ssh', { lab: { ...good, host: '-oProxyCommand=touch harm' } }, /"host": expected a host as ssh takes it/],
  ['a host with a shell in it', { lab: { ...good, host: 'a;touch harm' } }, /"host": expected a host as ssh takes it/],
  ['a program that is an option', { lab: { ...good, node: '-e' } }, /"node": expected "node", or an absolute path/],
  ['an option that replaces the job', { lab: { ...good, extra: ['--wrap=touch harm'] } }, /"extra\.0": expected an option that a run leaves open/],
  ['a script among the options', { lab: { ...good, extra: ['/tmp/other.sh'] } }, /"extra\.0": expected a long option of sbatch/],
  ['another kind', { lab: { ...good, kind: 'pbs' } }, /"kind".*found "pbs"/],
])('%s is refused, and told', (_what, targets, message) => {
  expect(() => pickTarget(targets, 'lab', 'targets.json')).toThrow(message);
});

test('the names that every object has are no targets', () => {
  expect(() => pickTarget({ lab: good }, 'constructor', 'targets.json')).toThrow(/There is no target/);
});

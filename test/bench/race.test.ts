import { expect, test } from 'vitest';
import { Contestant } from './contestant.ts';
import { inTurns, raceMeasurements } from './race.ts';

/** Answers every request with as many times as it asks for, each `time`. */
const program = (time: number): string => `
  console.log(JSON.stringify({ version: '1', parameters: 3 }));
  require('readline').createInterface({ input: process.stdin }).on('line', line => {
    const { count } = JSON.parse(line);
    console.log('a line for people');
    console.log(JSON.stringify({ times: Array(count).fill(${time}), peakMegabytes: 1 }));
  });`;
const start = (name: string, script: string): Promise<Contestant> => Contestant.start(name, process.execPath, ['-e', script]);

test('programs take turns until each has run as often as asked', async () => {
  const [ours, theirs] = [await start('ours', program(2)), await start('theirs', program(4))];
  const requests: [number, number][] = [];
  const times = await inTurns([ours, theirs], 25, (from, count) => {
    requests.push([from, count]);
    return { count };
  });
  await ours.stop();
  await theirs.stop();
  expect(requests).toEqual([[0, 10], [0, 10], [10, 10], [10, 10], [20, 5], [20, 5]]);
  expect([...times.values()].map(one => one.length)).toEqual([25, 25]);
  const [measurement] = raceMeasurements('a race', times, { most: 1, by: 'median' });
  expect(measurement?.limit).toMatchObject({ kind: 'ratio', to: 'theirs', theirs: times.get(theirs) });
  expect(measurement?.values).toEqual(times.get(ours));
});

test('without a rival, times are shown and nothing is claimed', async () => {
  const ours = await start('ours', program(2));
  const times = await inTurns([ours], 3, (_, count) => ({ count }));
  await ours.stop();
  expect(raceMeasurements('alone', times, { most: 1, by: 'median' })).toEqual([
    { name: 'alone', unit: 'ms', values: [2, 2, 2], limit: { kind: 'none' } },
  ]);
});

test('a program that dies says why', async () => {
  await expect(start('it', "console.error('no such module'); process.exit(3)")).rejects.toThrow('it ended with 3:\nno such module');
  const dying = await start('it', `console.log('{"version":"1","parameters":3}'); process.stdin.once('data', () => process.exit(4));`);
  await expect(dying.measure({ count: 1 })).rejects.toThrow('it ended with 4');
  await dying.stop();
});

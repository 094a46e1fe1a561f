/** The inner side of a contestant in this language: see contestant.ts. */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Ready } from './contestant.ts';

/** Says that it is ready, then answers every request until there are no more. */
export async function answer(ready: Ready, measure: (request: unknown) => Promise<readonly number[]>): Promise<void> {
  say(ready);
  for await (const line of createInterface({ input: process.stdin })) {
    say({ times: await measure(JSON.parse(line)), peakMegabytes: peakMegabytes() });
  }
}

/** The most memory that this process ever held: VmHWM where the system tells it, which knows of no other process' past. */
export function peakMegabytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS / 1024;
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
}

function say(fields: object): void {
  process.stdout.write(`${JSON.stringify(fields)}\n`);
}

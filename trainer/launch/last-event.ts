/** The last thing that happened in a run, without reading all of it. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { parseJson } from '../text/parse-json.ts';

const schema = z.looseObject({ type: z.string() });

/** Bytes; an event is a line of a few hundred, a sample's of a few thousand. */
const enough = 1_000_000;

/** Lines that are no events are passed over; undefined where there is none. */
export async function lastEventOf(run: string): Promise<{ readonly type: string } | undefined> {
  const file = await open(join(run, 'events.jsonl')).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const { size } = await file.stat();
    const length = Math.min(size, enough);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n').slice(0, -1);
    for (const line of lines.toReversed()) {
      const event = schema.safeParse(parseJson(line)).data;
      if (event !== undefined) return event;
    }
    return undefined;
  } finally {
    await file.close();
  }
}

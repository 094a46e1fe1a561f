import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { openSlowLink } from './slow-link.ts';

it('carries everything, in order, as late and as slowly as it says', async () => {
  const server = createServer(socket => socket.pipe(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  {
    await using link = await openSlowLink((server.address() as AddressInfo).port, { megabitsPerSecond: 5, eachWay: 25 });
    const socket = connect(link.port, '127.0.0.1');
    const takes = async (bytes: Buffer): Promise<number> => {
      const begin = performance.now();
      let all = Buffer.alloc(0);
      socket.write(bytes);
      while (all.length < bytes.length) all = Buffer.concat([all, ...(await once(socket, 'data') as Buffer[])]);
      expect(all.equals(bytes)).toBe(true);
      return performance.now() - begin;
    };
    await takes(Buffer.from('open'));
    link.slowDown();
    expect(await takes(Buffer.from('a'))).toBeGreaterThanOrEqual(48);
    // 5 Mbit/s are 625 bytes a millisecond.
    const large = Buffer.from(Uint8Array.from({ length: 125_000 }, (_, index) => index * 31));
    expect(await takes(large)).toBeGreaterThanOrEqual(245);
    expect(link.crossed).toEqual({ up: 125_005, down: 125_005 });
    socket.destroy();
  }
  server.close();
});

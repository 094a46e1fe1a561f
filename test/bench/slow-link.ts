/** A slow link to a server of this machine: what goes through it takes as long as its bytes need, and comes later. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Link {
  /** Of each direction: all connections share it. */
  readonly megabitsPerSecond: number;
  /** What each direction delays, in milliseconds. */
  readonly eachWay: number;
}

/** What crossed so far, in bytes. */
export interface Crossed {
  readonly up: number;
  readonly down: number;
}

export interface SlowLink extends AsyncDisposable {
  readonly port: number;
  readonly crossed: Crossed;
  /** Until then everything goes through at once. */
  slowDown(): void;
}

/** @param to the port that the link leads to */
export async function openSlowLink(to: number, link: Link): Promise<SlowLink> {
  const [up, down] = [new Direction(link), new Direction(link)];
  const sockets = new Set<Socket>();
  const server = createServer(near => {
    const far = connect(to, '127.0.0.1');
    for (const socket of [near, far]) {
      socket.setNoDelay();
      sockets.add(socket);
      // What breaks one end off breaks off the other.
      socket.on('error', () => undefined).once('close', () => {
        sockets.delete(socket);
        (socket === near ? far : near).destroySoon();
      });
    }
    void up.carry(near, far);
    void down.carry(far, near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get crossed() {
      return { up: up.crossed, down: down.crossed };
    },
    slowDown: () => {
      up.isSlow = true;
      down.isSlow = true;
    },
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

class Direction {
  isSlow = false;
  crossed = 0;
  readonly #bytesPerMillisecond: number;
  readonly #latency: number;
  /** When the last byte so far has left. */
  #free = 0;

  constructor({ megabitsPerSecond, eachWay }: Link) {
    this.#bytesPerMillisecond = megabitsPerSecond * 125;
    this.#latency = eachWay;
  }

  async carry(from: Socket, to: Socket): Promise<void> {
    try {
      for await (const chunk of from as AsyncIterable<Buffer>) {
        this.crossed += chunk.length;
        if (!this.isSlow) {
          to.write(chunk);
          continue;
        }
        // Nothing more is read until this has left, as the sender would have to wait; its way then takes nobody's time but its own.
        this.#free = Math.max(this.#free, performance.now()) + chunk.length / this.#bytesPerMillisecond;
        await sleep(this.#free - performance.now());
        setTimeout(() => to.write(chunk), this.#latency);
      }
      setTimeout(() => to.end(), this.isSlow ? this.#latency : 0);
    } catch {
      to.destroy();
    }
  }
}

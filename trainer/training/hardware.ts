/** What this process takes of the machine. */
export interface HardwareUse {
  /** Bytes that it holds in memory. */
  readonly memory: number;
  /** Processor cores that were busy with it, in the mean since the last time. */
  readonly processors: number;
}

export class Hardware {
  #cpu = process.cpuUsage();
  #at = performance.now();

  /** Since the last call, or since this was made. */
  use(): HardwareUse {
    const { user, system } = process.cpuUsage(this.#cpu);
    const now = performance.now();
    const milliseconds = Math.max(1, now - this.#at);
    this.#cpu = process.cpuUsage();
    this.#at = now;
    return { memory: process.memoryUsage.rss(), processors: Math.round((user + system) / milliseconds / 10) / 100 };
  }
}

/** The worker over its real protocol: how soon it is ready, how fast it translates, what memory it takes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { createProtocolConnection, ProgressType, type ProtocolConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import { root } from '../../scripts/root.ts';
import { translateMethod, type TranslateParams, type TranslateResult } from '../../protocol/server.ts';
import type { TraceProgress } from '../../protocol/trace.ts';
import { builtCommandLine, modelFolder, twelveWords } from './model.ts';
import { canReadMemory, type Memory, memoryOfTree } from './memory.ts';
import type { Measurement, Part } from './part.ts';
import { withTemporaryFolder } from './temporary.ts';

export const worker: Part = {
  name: 'worker',
  about: 'the worker: ready, warm translation of 12 words over its protocol, memory of server and engine',
  run: context =>
    withTemporaryFolder(async spare => {
      const { runs, print } = context;
      const model = await modelFolder(spare, context);
      const ready: number[] = [];
      for (let run = 0; run < runs; run++) {
        const begin = performance.now();
        const server = await Server.start(model);
        ready.push(performance.now() - begin);
        await server.stop();
      }
      const server = await Server.start(model);
      const begin = performance.now();
      await server.translate(model);
      print(`First translation, with the engine's start and the model's loading: ${(performance.now() - begin).toFixed(0)} ms.`);
      for (let run = 0; run < 10; run++) await server.translate(model);
      const warm: number[] = [];
      for (let run = 0; run < runs; run++) warm.push(await server.translate(model));
      const memory = server.memory();
      await server.stop();
      return [
        { name: 'worker ready', unit: 'ms', values: ready, limit: { kind: 'budget', most: 500, of: 'p95' } },
        { name: 'warm translation of 12 words, at the worker', unit: 'ms', values: warm, limit: { kind: 'budget', most: 40, of: 'median' } },
        ...memoryMeasurements(memory, print),
      ];
    }),
};

function memoryMeasurements(memory: Memory | undefined, print: (line: string) => void): Measurement[] {
  if (memory === undefined) {
    print('The memory of other processes can be read on Linux only.');
    return [];
  }
  const budget = { kind: 'budget', most: 350, of: 'value' } as const;
  const name = 'server and engine together, model loaded';
  return [
    { name: `${name} (resident sets, shared pages twice)`, unit: 'MB', values: [memory.resident], limit: budget },
    ...(memory.proportional === undefined
      ? []
      : [{ name: `${name} (proportional sets)`, unit: 'MB', values: [memory.proportional], limit: budget } satisfies Measurement]),
  ];
}

class Server {
  private constructor(private readonly child: ChildProcess, private readonly connection: ProtocolConnection) {}

  /** Started and initialized. */
  static async start(model: string): Promise<Server> {
    const child = spawn(process.execPath, [builtCommandLine(), 'serve', '--stdio'], { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] });
    const connection = createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
    connection.listen();
    await connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: null,
      capabilities: {},
      // Threads as they are by default.
      initializationOptions: { modelFolders: [dirname(model)] },
    });
    await connection.sendNotification('initialized', {});
    return new Server(child, connection);
  }

  /** Milliseconds of one translation, its progress streamed as an editor asks for it. */
  async translate(model: string): Promise<number> {
    const begin = performance.now();
    const token = 'bench';
    let parts = 0;
    const listening = this.connection.onProgress(new ProgressType<TraceProgress>(), token, () => void parts++);
    const params: TranslateParams = { text: twelveWords, model, beam: 1, languageId: 'plaintext', partialResultToken: token };
    const trace = await this.connection.sendRequest<TranslateResult>(translateMethod, params);
    const time = performance.now() - begin;
    listening.dispose();
    if (parts === 0 || trace.target.tokens.length === 0) throw new Error('nothing was translated');
    return time;
  }

  memory(): Memory | undefined {
    return canReadMemory && this.child.pid !== undefined ? memoryOfTree(this.child.pid) : undefined;
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    await this.connection.sendRequest('shutdown');
    await this.connection.sendNotification('exit');
    await ended;
    this.connection.dispose();
  }
}

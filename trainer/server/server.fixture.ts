import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createProtocolConnection, StreamMessageReader, StreamMessageWriter, type ProtocolConnection } from 'vscode-languageserver/node';
import { productRoot } from '../files/root.ts';

/** A server as the extension starts it, and the client's end of its connection. */
export interface RunningServer {
  readonly connection: ProtocolConnection;
  /** Kills the server and waits until it is gone. */
  stop(): Promise<void>;
}

/** Starts a server that may open the models in these folders, and introduces itself to it. */
export async function startServer(modelFolders: readonly string[]): Promise<RunningServer> {
  const server = spawn(process.execPath, ['--import', 'tsx', join(productRoot, 'trainer', 'main.ts'), 'serve', '--stdio'], { cwd: productRoot });
  const connection = createProtocolConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
  connection.listen();
  const initializationOptions = { modelFolders, threads: 1 };
  await connection.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities: {}, initializationOptions });
  await connection.sendNotification('initialized', {});
  const stop = async (): Promise<void> => {
    connection.dispose();
    const gone = new Promise(resolve => server.once('exit', resolve));
    server.kill('SIGKILL');
    await gone;
  };
  return { connection, stop };
}

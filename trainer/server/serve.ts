/**
 * The language server: `attention-scope serve --stdio`. It keeps no documents and does no arithmetic; it ends when its
 * client does (vscode-languageserver watches the client's process and standard input), and its engine ends with it.
 */
import { createConnection, TextDocumentSyncKind, type InitializeResult } from 'vscode-languageserver/node';
import * as z from 'zod';
import { Failure } from '../../protocol/failure.ts';
import { executionProviders, statusMethod, type InitializationOptions } from '../../protocol/server.ts';
import { Engine } from '../engine/client.ts';
import { providerVariable } from '../engine/providers.ts';
import { defaultThreads } from '../engine/threads.ts';
import { version } from '../version.ts';
import { checkpointFeature } from './checkpoint.ts';
import { classifyFeature, classifyImageFeature } from './classify.ts';
import { clusterFeature } from './cluster.ts';
import { configFeature } from './config.ts';
import { responseError } from './failures.ts';
import type { Feature } from './features.ts';
import { inspectionFeature } from './inspection.ts';
import { launchFeature } from './launch.ts';
import { modelsFeature } from './models.ts';
import { runsFeature } from './runs.ts';
import { statusOf } from './status.ts';
import { translateFeature } from './translate.ts';
import { continueFeature, replyFeature } from './write.ts';

const features: readonly Feature[] = [modelsFeature, translateFeature, replyFeature, continueFeature, classifyFeature, classifyImageFeature, checkpointFeature, inspectionFeature, configFeature, launchFeature, runsFeature, clusterFeature];

const optionsSchema = z.object({
  modelFolders: z.array(z.string().min(1)).default([]),
  threads: z.int().min(1).max(64).default(defaultThreads),
  executionProvider: z.enum(executionProviders).default('auto'),
});

/** Serves on standard input and output until the client goes. */
export function serve(): void {
  // Reads `--stdio` from the command line and keeps `console` off the channel.
  const connection = createConnection();
  let engine: Engine | undefined;
  const names = new Map<string, string>();

  connection.onInitialize((params): InitializeResult => {
    const parsed = optionsSchema.safeParse(params.initializationOptions ?? {});
    if (!parsed.success) {
      const wrong = `The initialization options are wrong: ${z.prettifyError(parsed.error)}.`;
      throw responseError(new Failure('bad-argument', wrong, 'Check the extension’s settings.'));
    }
    const options: InitializationOptions = parsed.data;
    // The engine's process inherits it.
    if (options.executionProvider !== 'auto') process.env[providerVariable] = options.executionProvider;
    engine = new Engine({
      threads: options.threads,
      onState: state => {
        if (state.state === 'restarted') connection.console.warn(`The engine stopped: ${state.reason}`);
        // Who cancelled has lost nothing: there is nothing to tell.
        if (state.state === 'restarted' && state.wasCancelled) return;
        void connection.sendNotification(statusMethod, statusOf(state, folder => names.get(folder) ?? folder));
      },
    });
    for (const feature of features) feature({ connection, options, engine, names });
    return {
      capabilities: { textDocumentSync: TextDocumentSyncKind.None },
      serverInfo: { name: 'Attention Scope', version },
    };
  });
  connection.onShutdown(() => engine?.dispose());
  connection.listen();
}

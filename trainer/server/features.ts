import type { Connection } from 'vscode-languageserver/node';
import type { InitializationOptions } from '../../protocol/server.ts';
import type { Engine } from '../engine/client.ts';

/** What a feature of the server works with, once the client has introduced itself. */
export interface Services {
  readonly connection: Connection;
  readonly options: InitializationOptions;
  readonly engine: Engine;
  /** How the client calls the models in these folders. */
  readonly names: Map<string, string>;
}

/** Registers the handlers of one feature. */
export type Feature = (services: Services) => void;

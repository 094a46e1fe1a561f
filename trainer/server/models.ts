import { listModelsMethod, type ListModelsResult } from '../../protocol/server.ts';
import { listModels } from '../models/catalog.ts';
import { answering } from './failures.ts';
import type { Feature } from './features.ts';

/** `attentionScope/models`: which models there are. Folders that are no models are told in the log. */
export const modelsFeature: Feature = ({ connection, options }) => {
  connection.onRequest(listModelsMethod, () =>
    answering(async (): Promise<ListModelsResult> => {
      const { models, problems } = await listModels(options.modelFolders);
      for (const { failure } of problems) connection.console.warn(`${failure.message} ${failure.hint}`);
      return models;
    }),
  );
};

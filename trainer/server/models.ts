import { isAbsolute } from 'node:path';
import * as z from 'zod';
import { listModelsMethod, type ListModelsResult } from '../../protocol/server.ts';
import { listModels } from '../models/catalog.ts';
import { answering } from './failures.ts';
import type { Feature } from './features.ts';
import { parseParams } from './params.ts';

const paramsSchema = z.object({ folders: z.array(z.string().min(1).refine(isAbsolute, 'an absolute path')).max(100).default([]) });

/** `attentionScope/models`: which models there are. Folders that are no models are told in the log. */
export const modelsFeature: Feature = ({ connection, options }) => {
  connection.onRequest(listModelsMethod, (received: unknown) =>
    answering(async (): Promise<ListModelsResult> => {
      const { folders } = parseParams(paramsSchema, received ?? {}, 'a request for models');
      const { models, problems } = await listModels([...options.modelFolders, ...folders]);
      for (const { failure } of problems) connection.console.warn(`${failure.message} ${failure.hint}`);
      return models;
    }),
  );
};

import type {
  ClassifyImageParams, ClassifyImageResult, ClassifyParams, ClassifyResult, ListModelsResult, TranslateParams, TranslateResult, WriteParams,
  classifyImageMethod, classifyMethod, continueMethod, listModelsMethod, replyMethod, translateMethod,
} from '../../protocol/server.ts';

/** What can be asked of the worker: each method's parameters and its result. */
export interface Methods {
  readonly [translateMethod]: { readonly params: TranslateParams; readonly result: TranslateResult };
  readonly [replyMethod]: { readonly params: WriteParams; readonly result: TranslateResult };
  readonly [continueMethod]: { readonly params: WriteParams; readonly result: TranslateResult };
  readonly [classifyMethod]: { readonly params: ClassifyParams; readonly result: ClassifyResult };
  readonly [classifyImageMethod]: { readonly params: ClassifyImageParams; readonly result: ClassifyImageResult };
  readonly [listModelsMethod]: { readonly params: null; readonly result: ListModelsResult };
}

export type Method = keyof Methods;

import { ResponseError } from 'vscode-languageserver/node';
import { Failure } from '../../protocol/failure.ts';
import { failureErrorCode, type FailureErrorData } from '../../protocol/server.ts';

/** A failure as the protocol wants it. */
export function responseError(thrown: unknown): ResponseError<FailureErrorData> {
  const failure = Failure.from(thrown);
  return new ResponseError(failureErrorCode, failure.message, failure.toData());
}

/** Answers a request with what `work` gives. @throws ResponseError */
export async function answering<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (thrown) {
    throw responseError(thrown);
  }
}

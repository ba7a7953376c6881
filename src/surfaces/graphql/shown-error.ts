import { internalError, RatchetError, toRatchetError } from '#kernel/index.ts';
import { errorAnswer, type RequestLogger } from '#surfaces/http/index.ts';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { graphqlInvalid } from './errors.ts';

export interface Asked {
  readonly requestId: string;
  readonly now: number;
  readonly logger: RequestLogger;
}

/**
 * An error as GraphQL answers carry it, made of what every surface says of an error: `extensions` has its code, hint and details, and the
 * id of the request. What was not foreseen goes to the log only.
 */
export function shownError(caught: unknown, { requestId, now, logger }: Asked): GraphQLFormattedError {
  const located = caught instanceof GraphQLError ? caught : null;
  const error = ratchetErrorOf(caught);
  if (internalError.is(error)) {
    const { cause } = error;
    logger.log('error', error.message, {
      code: error.code,
      requestId,
      ...(located?.path ? { field: located.path.join('.') } : {}),
      ...(cause === undefined ? {} : { cause: cause instanceof Error ? (cause.stack ?? cause.message) : JSON.stringify(cause) }),
    });
  }
  const { body } = errorAnswer(error, { requestId, path: '/graphql', now });
  const { code, message, hint, status, details, link } = body.error;
  return {
    message,
    ...(located?.locations ? { locations: located.locations } : {}),
    ...(located?.path ? { path: located.path } : {}),
    extensions: { code, hint, status, retryable: error.retryable, ...(details === undefined ? {} : { details }), requestId, link },
  };
}

/** The error of ours behind what the library caught. */
export function ratchetErrorOf(caught: unknown): RatchetError {
  if (!(caught instanceof GraphQLError)) return toRatchetError(caught, 'answer a GraphQL request');
  let original: unknown = caught;
  while (original instanceof GraphQLError && original.originalError !== undefined) original = original.originalError;
  if (original instanceof RatchetError) return original;
  // A mistake of the document has no field in which it happened, unless it is an argument whose value came in a variable.
  if (original instanceof GraphQLError && (caught.path === undefined || caught.message.startsWith('Argument "'))) {
    return graphqlInvalid({ problem: caught.message }, caught);
  }
  return internalError({ what: 'answer a field of a GraphQL request' }, original);
}

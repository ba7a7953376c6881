import type { AnyErrorKind } from '#kernel/index.ts';
import {
  answerTimedOut,
  bodyNotJson,
  bodyPoisoned,
  bodyTooDeep,
  bodyTooLarge,
  hostNotAllowed,
  mediaTypeUnsupported,
  originNotAllowed,
  requestMalformed,
  routeNotFound,
  shuttingDown,
} from './errors.ts';

/** What a request can meet on its way to an operation: any request, and one that carries a body. */
export const pathErrors: { readonly any: readonly AnyErrorKind[]; readonly withBody: readonly AnyErrorKind[] } = {
  any: [requestMalformed, routeNotFound, hostNotAllowed, answerTimedOut, shuttingDown],
  withBody: [bodyNotJson, bodyTooDeep, bodyPoisoned, bodyTooLarge, mediaTypeUnsupported, originNotAllowed],
};

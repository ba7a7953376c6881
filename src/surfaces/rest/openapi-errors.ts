import { inputRejected, internalError, notPermitted, type AnyErrorKind } from '#kernel/index.ts';
import { pathErrors } from '#surfaces/http/index.ts';
import { filterUnknown, idempotencyKeyBusy, idempotencyKeyInvalid, idempotencyKeyTaken, paginationInvalid, sortUnknown } from './errors.ts';
import type { OpenApiResponse } from './openapi.ts';
import { apiPrefix, type RestRoute } from './projection.ts';

/** What any call can end with, and what only lists or writes can. */
export function errorsOfRoute(route: RestRoute, isList: boolean): readonly AnyErrorKind[] {
  return [
    inputRejected,
    notPermitted,
    internalError,
    ...pathErrors.any,
    ...(isList ? [paginationInvalid, filterUnknown, sortUnknown] : []),
    ...(route.method === 'GET' ? [] : [...pathErrors.withBody, idempotencyKeyInvalid, idempotencyKeyBusy, idempotencyKeyTaken]),
  ];
}

/** The responses of a route by status, with an example for each code. */
export function errorResponses(own: readonly AnyErrorKind[], route: RestRoute, isList: boolean): Record<string, OpenApiResponse> {
  const byStatus = new Map<number, Map<string, AnyErrorKind>>();
  for (const kind of [...own, ...errorsOfRoute(route, isList)]) {
    const at = byStatus.get(kind.spec.http) ?? new Map<string, AnyErrorKind>();
    byStatus.set(kind.spec.http, at.set(kind.code, kind));
  }
  return Object.fromEntries(
    [...byStatus]
      .toSorted(([a], [b]) => a - b)
      .map(([status, kinds]) => [status, errorResponse(status, [...kinds.values()], apiPrefix + route.path)]),
  );
}

function errorResponse(status: number, kinds: readonly AnyErrorKind[], path: string): OpenApiResponse {
  const examples = kinds.map((kind) => [kind.code, { summary: firstSentence(kind.spec.about), value: exampleOf(kind, path) }]);
  return {
    description: kinds.map(({ code }) => code).join(', '),
    ...([429, 503, 507].includes(status)
      ? { headers: { 'Retry-After': { description: 'Seconds to wait before another try', schema: { type: 'string' } } } }
      : {}),
    content: {
      'application/json': {
        schema: { $ref: '#/components/schemas/Error' },
        examples: Object.fromEntries(examples) as Record<string, { summary: string; value: unknown }>,
      },
    },
  };
}

function exampleOf({ code, spec }: AnyErrorKind, path: string): unknown {
  return {
    error: {
      code,
      message: firstSentence(spec.about),
      hint: 'Says what to do next.',
      status: spec.http,
      requestId: '01980a4e-3c00-7000-8000-000000000000',
      timestamp: '2026-01-31T12:00:00.000Z',
      path: path.replaceAll(/:(\w+)/g, '{$1}'),
      link: `/docs/errors/${code}`,
    },
  };
}

function firstSentence(text: string): string {
  return text.split(/(?<=\.)\s/)[0] ?? text;
}

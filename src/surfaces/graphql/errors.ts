import { defineError } from '#kernel/index.ts';

export const graphqlRequestInvalid = defineError<{ problem: string }>('GRAPHQL_REQUEST_INVALID', {
  http: 400,
  exit: 'usage',
  message: ({ problem }) => `The request is no GraphQL request: ${problem}.`,
  hint: () => 'Send a JSON object with query, and where they are needed variables and operationName, as application/json.',
  about: 'What was sent to /graphql is not what a GraphQL request looks like. Nothing was run.',
});

export const graphqlSyntax = defineError<{ problem: string }>('GRAPHQL_SYNTAX', {
  http: 400,
  exit: 'usage',
  message: ({ problem }) => problem,
  hint: () => 'The error names line and column; the page at /playground shows mistakes while you write.',
  about: 'The document is not written in GraphQL. Nothing was run.',
});

export const graphqlInvalid = defineError<{ problem: string }>('GRAPHQL_INVALID', {
  http: 400,
  exit: 'usage',
  message: ({ problem }) => problem,
  hint: () => 'Compare the document with the schema: docs/reference/schema.graphql, or the page at /playground.',
  about: 'The document asks for something the schema does not have, or a variable is not what its type says. Nothing was run.',
});

export const graphqlTooMuch = defineError<{ what: string; found: number; limit: number; setting: string }>('GRAPHQL_TOO_MUCH', {
  http: 400,
  exit: 'usage',
  message: ({ what, found, limit }) => `The request has ${what} ${found}; at most ${limit} is allowed.`,
  hint: ({ setting }) =>
    `Ask for less at once: smaller limits of lists, fewer edges inside of them, several requests. The limit is ${setting}.`,
  about: 'Depth, cost, aliases, size or number of what was asked for is beyond what one request may cost the server. Nothing was run.',
});

export const graphqlNeedsPost = defineError<{ allowed: string[] }>('GRAPHQL_NEEDS_POST', {
  http: 405,
  exit: 'usage',
  message: () => 'A mutation cannot be sent with GET.',
  hint: () => 'Send it with POST, so that no link and no image of another page can change anything.',
  about: 'GET is for queries only. Nothing was run.',
});

export const graphqlNeedsStream = defineError<Record<string, never>>('GRAPHQL_NEEDS_STREAM', {
  http: 406,
  exit: 'usage',
  message: () => 'A subscription has many answers, and a plain request gets one.',
  hint: () => 'Send it with Accept: text/event-stream, or over a WebSocket with graphql-transport-ws.',
  about: 'A subscription was sent where only one answer can be given. Nothing was followed.',
});

export const persistedQueryNotFound = defineError<{ hash: string }>('PERSISTED_QUERY_NOT_FOUND', {
  http: 404,
  exit: 'usage',
  message: () => 'PersistedQueryNotFound',
  hint: () =>
    'Send the document once together with its hash; where only stored documents are allowed, put it into the folder graphql.documents.',
  about: 'A document was named by its SHA-256 and the server does not know it, or has forgotten it. Clients send it then in full.',
});

export const persistedQueryMismatch = defineError<Record<string, never>>('PERSISTED_QUERY_MISMATCH', {
  http: 400,
  exit: 'usage',
  message: () => 'The hash that was sent is not the SHA-256 of the document that was sent with it.',
  hint: () => 'Hash the document as it is sent, as UTF-8, and write the hash in hexadecimal.',
  about: 'Document and hash do not belong together. Nothing was run and nothing was kept.',
});

export const persistedQueriesOnly = defineError<Record<string, never>>('PERSISTED_QUERIES_ONLY', {
  http: 403,
  exit: 'usage',
  message: () => 'This server runs only documents that it has stored.',
  hint: () => 'Have the document put into the folder graphql.documents of the server, and name it by its SHA-256.',
  about: 'The setting graphql.only_persisted is on, and the document is none of those that are stored. Nothing was run.',
});

export const subscriberTooSlow = defineError<{ missed: number }>('SUBSCRIBER_TOO_SLOW', {
  http: 503,
  exit: 'busy',
  retryable: true,
  message: ({ missed }) => `The subscriber reads too slowly: ${missed} further changes could not be kept for it.`,
  hint: () => 'Subscribe again and read the list for what was missed; follow less, with an argument that narrows the subscription.',
  about: 'What waited for a subscriber was more than is kept for one, so that the subscription was ended instead of slowing the server.',
});

export const tooManySubscriptions = defineError<{ limit: number; retryAfterSeconds: number }>('TOO_MANY_SUBSCRIPTIONS', {
  http: 503,
  exit: 'busy',
  retryable: true,
  message: ({ limit }) => `There are ${limit} subscriptions already, which is as many as there may be.`,
  hint: () => 'End some, or try again later; the limits are graphql.max_subscriptions and graphql.max_subscriptions_per_connection.',
  about: 'A further subscription was refused. Those that are there go on.',
});

import {
  call,
  inputRejected,
  mayDo,
  notPermitted,
  problemsOf,
  RatchetError,
  type AuditLine,
  type Caller,
  type Clock,
  type EventFeed,
  type StreamEvent,
} from '#kernel/index.ts';
import type { RequestLogger } from '#surfaces/http/index.ts';
import type { AnyOperation, AnyStream } from '#surfaces/rest/index.ts';
import {
  execute,
  GraphQLError,
  subscribe,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { createDocuments } from './document/documents.ts';
import { createPersistedDocuments, type GraphqlRequest } from './document/persisted.ts';
import { graphqlNeedsPost, graphqlRequestInvalid, tooManySubscriptions } from './errors.ts';
import { createWatch, watchedBy } from './following/watch.ts';
import { createBatches } from './schema/batches.ts';
import { buildGraphqlSchema } from './schema/build-schema.ts';
import type { GraphqlContext, Thing } from './schema/context.ts';
import type { GraphqlSettings } from './settings.ts';
import { shownError } from './shown-error.ts';

export interface ExecutorParts {
  readonly operations: readonly AnyOperation[];
  readonly streams: readonly AnyStream[];
  readonly services: object;
  readonly settings: GraphqlSettings;
  readonly feed: EventFeed;
  readonly health: () => Promise<unknown>;
  readonly clock: Clock;
  readonly logger: RequestLogger;
  readonly audit?: (line: AuditLine) => void;
}

export interface Asking {
  readonly caller: Caller;
  readonly signal: AbortSignal;
  readonly requestId: string;
  /** Whether only queries may be run. */
  readonly isReadOnly: boolean;
}

/** An answer as it is sent. */
export interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly GraphQLFormattedError[];
}

/** A request whose document is right and not too much; `operation` says of which kind it is. */
export interface Runnable {
  readonly operation: OperationDefinitionNode['operation'];
  run(): Promise<Answer>;
  /** The answers of a subscription, one after the other. */
  follow(): Promise<Answer | AsyncIterableIterator<Answer>>;
}

export interface Executor {
  readonly schema: GraphQLSchema;
  /** Reads a request. What is wrong with it comes as an answer without data, with the status a plain HTTP answer would have. */
  read(request: unknown, asking: Asking): Promise<Runnable | { readonly status: number; readonly answer: Answer }>;
  /** An error that happened on the way to a document, as an answer. */
  refuse(caught: unknown, requestId: string): Answer;
  /** Subscriptions that are followed now. */
  readonly following: number;
}

const mostErrors = 100;

/** Runs GraphQL documents against operations. */
export function createExecutor(parts: ExecutorParts): Executor {
  const { operations, streams, services, settings, feed, clock, logger, audit } = parts;
  const schema = buildGraphqlSchema({ operations, streams });
  const documents = createDocuments(schema, settings.limits, settings.hasIntrospection);
  const persisted = createPersistedDocuments(settings.documents, settings.isOnlyPersisted);
  const operationBy = new Map(operations.map((operation) => [operation.name, operation]));
  const streamBy = new Map(streams.map((stream) => [stream.name, stream]));
  const askAs = (caller: Caller, signal?: AbortSignal) => (name: string, input: unknown) =>
    call(operationBy.get(name) as Parameters<typeof call>[0], services as never, input, {
      caller,
      now: () => clock.now(),
      ...(signal === undefined ? {} : { signal }),
      ...(audit === undefined ? {} : { audit }),
    });
  const watch = createWatch(feed, askAs, (error) =>
    logger.log('warn', 'cannot read what has changed for those who follow it', { error: String(error) }),
  );
  let following = 0;

  const shown = (errors: readonly unknown[], requestId: string): GraphQLFormattedError[] =>
    errors.slice(0, mostErrors).map((error) => shownError(error, { requestId, now: clock.now(), logger }));
  const answerOf = ({ data, errors }: ExecutionResult, requestId: string): Answer => ({
    ...(errors === undefined ? {} : { errors: shown(errors, requestId) }),
    ...(data === undefined ? {} : { data }),
  });

  function contextOf({ caller, signal, requestId }: Asking): GraphqlContext {
    const ask = askAs(caller, signal);
    return {
      caller,
      signal,
      requestId,
      ask,
      batches: createBatches(ask),
      health: async () => (await parts.health()) as Thing,
      following: {
        stream: (name, input, after) => openStream(streamBy.get(name)!, input, after, { caller, signal }),
        things(kind, where, first) {
          const operation = operationBy.get(watchedBy(kind) ?? '');
          if (operation !== undefined) mustBeAllowed(operation, caller);
          return watch.things(kind, where, first, caller);
        },
      },
    };
  }

  function openStream(
    stream: AnyStream,
    input: unknown,
    after: string | null,
    { caller, signal }: Pick<Asking, 'caller' | 'signal'>,
  ): AsyncIterable<StreamEvent<unknown>> {
    mustBeAllowed(stream, caller);
    const parsed = stream.input.safeParse(input);
    if (!parsed.success) throw inputRejected({ operation: stream.name, problems: problemsOf(parsed.error) });
    const own = new AbortController();
    const context = { caller, now: clock.now(), signal: AbortSignal.any([signal, own.signal]), notify: () => {} };
    const events = stream.open(services as never, parsed.data as never, after, context)[Symbol.asyncIterator]();
    // A generator that waits cannot be told to return before it has something: its signal ends it.
    const iterator: AsyncIterableIterator<StreamEvent<unknown>> = {
      next: () => events.next(),
      async return() {
        own.abort();
        await events.return?.();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }

  return {
    schema,
    get following() {
      return following;
    },
    refuse: (caught, requestId) => ({ errors: shown([caught], requestId) }),
    async read(request, asking) {
      const { requestId } = asking;
      const refused = (errors: readonly unknown[]) => {
        const [first] = errors;
        return { status: first instanceof RatchetError ? first.http : 400, answer: { errors: shown(errors, requestId) } };
      };
      try {
        const { text, variables, operationName } = await partsOf(request);
        const prepared = documents.prepare(text);
        if ('errors' in prepared) return refused(prepared.errors);
        const operation = documents.operationOf(prepared.document, operationName, variables);
        if (asking.isReadOnly && operation.operation === 'mutation') throw graphqlNeedsPost({ allowed: ['POST'] });
        return runnable(prepared.document, operation, variables, asking);
      } catch (caught) {
        return refused([caught]);
      }
    },
  };

  async function partsOf(request: unknown) {
    if (typeof request !== 'object' || request === null || Array.isArray(request))
      throw graphqlRequestInvalid({ problem: 'it is no JSON object' });
    const { variables = {}, operationName = null } = request as GraphqlRequest;
    if (variables !== null && (typeof variables !== 'object' || Array.isArray(variables)))
      throw graphqlRequestInvalid({ problem: 'variables is no object' });
    if (operationName !== null && typeof operationName !== 'string') throw graphqlRequestInvalid({ problem: 'operationName is no text' });
    const text = await persisted.textOf(request);
    return { text, variables: (variables ?? {}) as Record<string, unknown>, operationName: operationName === '' ? null : operationName };
  }

  function runnable(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variableValues: Record<string, unknown>,
    asking: Asking,
  ): Runnable {
    const { requestId, signal } = asking;
    const args = {
      schema,
      document,
      variableValues,
      operationName: operation.name?.value ?? null,
      hideSuggestions: !settings.hasIntrospection,
    };
    return {
      operation: operation.operation,
      async run() {
        try {
          return answerOf(await execute({ ...args, contextValue: contextOf(asking), abortSignal: signal }), requestId);
        } catch (caught) {
          if (signal.aborted) throw caught;
          return { errors: shown([caught], requestId) };
        }
      },
      async follow() {
        const { maxSubscriptions } = settings;
        if (following >= maxSubscriptions)
          return { errors: shown([tooManySubscriptions({ limit: maxSubscriptions, retryAfterSeconds: 5 })], requestId) };
        following++;
        let isOver = false;
        const over = () => {
          if (!isOver) following--;
          isOver = true;
        };
        const contextValue = contextOf(asking);
        try {
          const results = await subscribe({ ...args, contextValue });
          if (!(Symbol.asyncIterator in results)) {
            over();
            return answerOf(results, requestId);
          }
          // What was read for one event must not be the answer to the next one.
          const renew = () => (contextValue.batches = createBatches(contextValue.ask));
          return answers(results as AsyncIterator<ExecutionResult>, { over, renew }, asking);
        } catch (caught) {
          over();
          return { errors: shown([caught], requestId) };
        }
      },
    };
  }

  /** The answers of a subscription; an error of its source is the last one. Ends with the signal, or when it is told to return. */
  function answers(
    results: AsyncIterator<ExecutionResult>,
    { over, renew }: { readonly over: () => void; readonly renew: () => void },
    { signal, requestId }: Asking,
  ): AsyncIterableIterator<Answer> {
    let isOver = false;
    const end = async (): Promise<IteratorResult<Answer>> => {
      if (!isOver) {
        isOver = true;
        signal.removeEventListener('abort', end);
        over();
        await results.return?.();
      }
      return { done: true, value: undefined };
    };
    signal.addEventListener('abort', end, { once: true });
    const iterator: AsyncIterableIterator<Answer> = {
      async next() {
        if (isOver) return { done: true, value: undefined };
        try {
          renew();
          const result = await results.next();
          return result.done ? await end() : { done: false, value: answerOf(result.value, requestId) };
        } catch (caught) {
          await end();
          return {
            done: false,
            value: { errors: shown([caught instanceof GraphQLError ? (caught.originalError ?? caught) : caught], requestId) },
          };
        }
      },
      return: end,
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }
}

/** @throws NOT_PERMITTED */
function mustBeAllowed({ name, permission }: Pick<AnyStream, 'name' | 'permission'>, caller: Caller): void {
  if (!mayDo(caller, permission)) throw notPermitted({ operation: name, permission, caller: caller.name });
}

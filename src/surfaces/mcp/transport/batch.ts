import { z } from 'zod';
import { batchModes, checkBatch, runInOrder } from './batch-plan.ts';
import type { Exchange } from './exchange.ts';
import { JsonRpcError, rpcCodes, type RpcErrorBody } from './json-rpc-error.ts';
import type { McpParts } from './mcp-parts.ts';
import { protocolError, type Method } from './methods.ts';

export const mostInBatch = 100;
const usualParallel = 10;
const usualTimeoutMs = 300_000;
const longestMs = 3_600_000;

/** What a client is told of batches when it connects. */
export const batchCapability = {
  maxBatchSize: mostInBatch,
  maxParallel: usualParallel,
  supportsDependencies: true,
  supportsProgress: true,
  supportedExecutionModes: batchModes,
};

const timeoutMs = z.number().int().positive().max(longestMs);
const Batch = z.object({
  requests: z
    .array(
      z.object({
        id: z.union([z.string().min(1), z.number().transform(String)]),
        method: z.string(),
        params: z.record(z.string(), z.unknown()).default({}),
        dependencies: z.array(z.union([z.string(), z.number().transform(String)])).default([]),
        timeoutMs: timeoutMs.optional(),
        priority: z.number().default(0),
      }),
    )
    .min(1)
    .max(mostInBatch),
  executionMode: z.enum(batchModes).default('parallel'),
  maxParallel: z.number().int().min(1).default(usualParallel),
  timeoutMs: timeoutMs.default(usualTimeoutMs),
  stopOnError: z.boolean().default(false),
  correlationToken: z.string().optional(),
});

interface BatchResult {
  readonly id: string;
  readonly result: unknown;
  readonly error: RpcErrorBody | null;
  readonly executionTimeMs: number;
  readonly skipped: boolean;
}

/** The method `batch`: several requests in one, some of which may have to wait for others (contract 5.5). @param methods what may be in one */
export function createBatch(parts: Pick<McpParts, 'clock' | 'log'>, methods: Readonly<Record<string, Method>>, count: () => void): Method {
  return async (params, exchange) => {
    const parsed = Batch.safeParse(params);
    if (!parsed.success) {
      const { path, message } = parsed.error.issues[0]!;
      throw new JsonRpcError(rpcCodes.invalidParams, `Invalid params for batch: ${path.join('.')}: ${message}`);
    }
    const { requests, executionMode, maxParallel, stopOnError, correlationToken } = parsed.data;
    checkBatch(requests);
    const startedAt = parts.clock.monotonic();
    const signal = AbortSignal.any([exchange.signal, AbortSignal.timeout(parsed.data.timeoutMs)]);
    const results = new Map<string, BatchResult>();
    const settle = (result: BatchResult) => {
      results.set(result.id, result);
      if (exchange.progressToken === undefined) return;
      const completed = results.size;
      exchange.notify('notifications/progress', { progressToken: exchange.progressToken, progress: completed, total: requests.length });
      exchange.notify('notifications/batch_progress', { correlationToken, completed, total: requests.length, lastId: result.id });
    };
    const byId = new Map(requests.map((request) => [request.id, request]));
    const peak = await runInOrder(
      requests,
      { mode: executionMode, maxParallel: Math.min(maxParallel, usualParallel), stopOnError, signal },
      async ({ id }) => {
        const request = byId.get(id)!;
        const begunAt = parts.clock.monotonic();
        const { result, error } = await answer(request, within(exchange, signal, request.timeoutMs));
        settle({ id, result, error, executionTimeMs: Math.round(parts.clock.monotonic() - begunAt), skipped: false });
        return error === null && (result as { readonly isError?: unknown } | null)?.isError !== true ? 'done' : 'failed';
      },
      ({ id }) => settle({ id, result: null, error: null, executionTimeMs: 0, skipped: true }),
    );
    const all = requests.map(({ id }) => results.get(id)!);
    return {
      results: all,
      stats: statsOf(all, Math.round(parts.clock.monotonic() - startedAt), peak),
      ...(correlationToken === undefined ? {} : { correlationToken }),
    };
  };

  async function answer(
    { method, params }: { readonly method: string; readonly params: Readonly<Record<string, unknown>> },
    exchange: Exchange,
  ): Promise<Pick<BatchResult, 'result' | 'error'>> {
    try {
      count();
      if (method === 'ping') return { result: {}, error: null };
      const found = Object.hasOwn(methods, method) ? methods[method] : undefined;
      if (found === undefined) throw new JsonRpcError(rpcCodes.methodNotFound, `Method not found: ${method.slice(0, 100)}`);
      exchange.signal.throwIfAborted();
      return { result: await untilAborted(found(params, exchange), exchange.signal), error: null };
    } catch (caught) {
      if (exchange.signal.aborted)
        return { result: null, error: { code: rpcCodes.cancelled, message: 'The request was cancelled, or its time was up.' } };
      const { code, message, data } = protocolError(caught, method, parts);
      return { result: null, error: { code, message, ...(data === undefined ? {} : { data }) } };
    }
  }
}

/** What is asked inside a batch reports to nobody but the batch, and nobody can be asked meanwhile. */
function within(exchange: Exchange, signal: AbortSignal, timeout: number | undefined): Exchange {
  return {
    ...exchange,
    signal: timeout === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(timeout)]),
    progressToken: undefined,
    confirm: async () => 'cannot-ask',
  };
}

/** A tool that does not heed its signal is not waited for. */
function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const leave = () => reject(signal.reason as Error);
  signal.addEventListener('abort', leave, { once: true });
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', leave));
}

function statsOf(
  results: readonly BatchResult[],
  totalExecutionTimeMs: number,
  maxParallelExecuted: number,
): Readonly<Record<string, number>> {
  const begun = results.filter(({ skipped }) => !skipped);
  const failed = begun.filter(({ error, result }) => error !== null || (result as { readonly isError?: unknown } | null)?.isError === true);
  const spent = begun.reduce((sum, { executionTimeMs }) => sum + executionTimeMs, 0);
  return {
    totalRequests: results.length,
    successfulRequests: begun.length - failed.length,
    failedRequests: failed.length,
    skippedRequests: results.length - begun.length,
    totalExecutionTimeMs,
    averageExecutionTimeMs: begun.length === 0 ? 0 : Math.round(spent / begun.length),
    maxParallelExecuted,
  };
}

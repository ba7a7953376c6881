import type { Clock } from '#kernel/index.ts';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { contentPolicyOfPages } from './headers.ts';
import { welcomePage } from './welcome.ts';

/** How the parts of this process are. */
export interface Health {
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  readonly checks: Readonly<
    Record<string, { readonly status: string; readonly message?: string; readonly details?: Readonly<Record<string, unknown>> }>
  >;
}

export interface RootOptions {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly clock: Clock;
  /** What else the server answers, by name: for the page of welcome. */
  readonly furtherLinks?: Readonly<Record<string, string>>;
  /** Looks at the parts this process leans on. What it throws, or no answer within five seconds, counts as unhealthy. */
  readonly health: () => Promise<Health>;
  /** The metrics as text for Prometheus. */
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
}

const healthTimeoutMs = 5_000;

/** Routes beside the API: welcome, health, version and metrics. */
export function rootRoutes(app: FastifyInstance, options: RootOptions): void {
  const { name, version, description, clock } = options;
  const startedAt = clock.monotonic();
  const timestamp = () => new Date(clock.now()).toISOString();
  const links = {
    documentation: '/docs',
    openapi: '/api-docs/openapi.json',
    api: '/api/v1',
    health: '/health',
    metrics: '/metrics',
    ...options.furtherLinks,
  };

  app.get('/', (request, reply) => {
    reply.header('vary', 'accept');
    if (!prefersHtml(request.headers.accept)) return sendJson(reply, { name, version, description, links });
    return reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', contentPolicyOfPages)
      .send(welcomePage({ name, version, description, links }));
  });
  app.get('/version', (_request, reply) => sendJson(reply, { version, name, description }));

  const health = async (_request: unknown, reply: FastifyReply) => {
    const { status, checks } = await askHealth(options);
    return sendJson(reply.code(status === 'unhealthy' ? 503 : 200), { status, timestamp: timestamp(), version, checks });
  };
  app.get('/health', health);
  app.get('/api/v1/health', health);
  app.get('/health/detailed', async (_request, reply) => {
    const { status, checks } = await askHealth(options);
    const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
    return sendJson(reply.code(status === 'unhealthy' ? 503 : 200), {
      status,
      timestamp: timestamp(),
      version,
      checks,
      uptimeSeconds: Math.round((clock.monotonic() - startedAt) / 1_000),
      process: { node: process.version, memoryBytes: { rss, heapUsed, heapTotal, external } },
    });
  });
  app.get('/ready', async (_request, reply) => {
    const { status, checks } = await askHealth(options);
    const isReady = status !== 'unhealthy';
    return sendJson(reply.code(isReady ? 200 : 503), { status: isReady ? 'ready' : 'not-ready', timestamp: timestamp(), checks });
  });
  // Asks nobody: a process that answers is alive, and restarting it would not mend a database.
  app.get('/live', (_request, reply) => sendJson(reply, { status: 'alive', timestamp: timestamp() }));
  app.get('/metrics', async (_request, reply) => {
    const { contentType, text } = await options.metrics();
    return reply.type(contentType).header('cache-control', 'no-store').send(text);
  });
}

function sendJson(reply: FastifyReply, body: unknown): FastifyReply {
  return reply.type('application/json; charset=utf-8').header('cache-control', 'no-store').send(JSON.stringify(body));
}

/** A browser names text/html; tools that take anything get JSON. */
function prefersHtml(accept: string | undefined): boolean {
  if (accept === undefined) return false;
  const html = accept.indexOf('text/html');
  const json = accept.indexOf('application/json');
  return html !== -1 && (json === -1 || html < json);
}

async function askHealth({ health }: RootOptions): Promise<Health> {
  let timer: NodeJS.Timeout | undefined;
  const unhealthy = (message: string): Health => ({ status: 'unhealthy', checks: { health: { status: 'unhealthy', message } } });
  const late = new Promise<Health>((resolve) => {
    timer = setTimeout(() => resolve(unhealthy(`no answer within ${healthTimeoutMs / 1_000} seconds`)), healthTimeoutMs);
  });
  try {
    return await Promise.race([health(), late]);
  } catch {
    return unhealthy('the parts of this process could not be looked at; its log says more');
  } finally {
    clearTimeout(timer);
  }
}

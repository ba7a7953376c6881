import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { methodNotAllowed, hostNotAllowed, originNotAllowed, routeNotFound, shuttingDown } from './errors.ts';
import { securityHeaders } from './headers.ts';
import { hostCheck } from './host-check.ts';
import type { KnownRoutes } from './known-routes.ts';
import { pathOf } from './request-log.ts';
import type { HttpSettings } from './settings.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set by routes that look at the origin of a request themselves. */
    judgesOrigins?: boolean;
  }
}

export interface GuardParts {
  readonly settings: HttpSettings;
  readonly routes: KnownRoutes;
  readonly isTls: boolean;
  /** Whether the server has been told to stop. */
  readonly isClosing: () => boolean;
}

/** What is looked at before anything else of a request: its host, its origin, whether we are closing; and headers every answer has. */
export function guardRequests(app: FastifyInstance, { settings, routes, isTls, isClosing }: GuardParts): void {
  const isMeantForUs = hostCheck(settings.host, settings.allowedHosts);
  const origins = originsOf(settings);
  const fixed = Object.entries(securityHeaders(isTls));
  app.addHook('onRequest', (request, reply, done) => {
    for (const [name, value] of fixed) reply.header(name, value);
    reply.header('x-request-id', request.id);
    if (!isMeantForUs(request.headers.host)) return done(hostNotAllowed({ host: (request.headers.host ?? '').slice(0, 100) }));
    if (isClosing()) {
      reply.header('connection', 'close');
      return done(shuttingDown({ retryAfterSeconds: 5 }));
    }
    const { origin } = request.headers;
    const isJudgedLater = request.routeOptions.config.judgesOrigins === true;
    if (origin !== undefined && !isJudgedLater && changesSomething(request.method) && !mayChange(origin, request, origins)) {
      return done(originNotAllowed({ origin: origin.slice(0, 200) }));
    }
    if (request.method === 'OPTIONS') return answerOptions(request, reply, routes, done);
    done();
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (isClosing()) reply.header('connection', 'close');
    done();
  });
}

/**
 * Whether a connection may become a WebSocket. Browsers let every page open one to everybody and say only whose page it is, so that the
 * rules for requests that change something hold.
 */
export function upgradeCheck(settings: HttpSettings): (request: IncomingMessage) => boolean {
  const isMeantForUs = hostCheck(settings.host, settings.allowedHosts);
  const origins = originsOf(settings);
  return (request) =>
    isMeantForUs(request.headers.host) && (request.headers.origin === undefined || mayChange(request.headers.origin, request, origins));
}

function originsOf({ cors }: HttpSettings): ReadonlySet<string> {
  return new Set(cors.origins.map((origin) => origin.toLowerCase().replace(/\/$/, '')));
}

function changesSomething(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';
}

/** A browser names the origin of whoever asks; `null` is a page without one, such as a sandboxed frame. */
function mayChange(origin: string, { headers }: Pick<IncomingMessage, 'headers'>, origins: ReadonlySet<string>): boolean {
  if (origins.has('*') || origins.has(origin.toLowerCase())) return true;
  return /^https?:\/\//i.test(origin) && origin.toLowerCase().replace(/^https?:\/\//, '') === headers.host?.toLowerCase();
}

/** OPTIONS names the methods of a path; the question of a browser before a foreign request goes on to the rules for those. */
function answerOptions(request: FastifyRequest, reply: FastifyReply, routes: KnownRoutes, done: (error?: Error) => void): void {
  const path = pathOf(request);
  const methods = routes.methodsAt(path);
  if (methods.length === 0) return done(routeNotFound({ method: 'OPTIONS', path, nearest: routes.nearest('GET', path) }));
  reply.header('allow', methods.join(', '));
  if (request.headers['access-control-request-method'] !== undefined && request.headers.origin !== undefined) return done();
  reply.code(204).send();
}

/** What to say where no route fits: a wrong method is told from a wrong path. */
export function missOf(request: FastifyRequest, routes: KnownRoutes): Error {
  const path = pathOf(request);
  const allowed = routes.methodsAt(path);
  // What a preflight gets where no page of another origin is let in.
  if (allowed.length > 0) return methodNotAllowed({ method: request.method, path: path.slice(0, 300), allowed });
  return routeNotFound({ method: request.method, path: path.slice(0, 300), nearest: routes.nearest(request.method, path) });
}

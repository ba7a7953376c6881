import { join } from 'node:path';
import { localCaller, type AuditLine, type Clock, type EventFeed, type IdSource } from '#kernel/index.ts';
import type { Health, Logger, Metrics } from '#observe/index.ts';
import { createIdempotencyKeys, type Database } from '#storage/index.ts';
import { graphqlRoutes, graphqlSettings } from '#surfaces/graphql/index.ts';
import { createServer, httpSettings, rootRoutes, type HttpServer } from '#surfaces/http/index.ts';
import { mcpEnabled } from '#surfaces/mcp/index.ts';
import { docsRoutes, openApiDocument, restRoutes } from '#surfaces/rest/index.ts';
import type { LoadedSettings } from '../config/load-settings.ts';
import { packageFolder, packageVersion } from '../package-version.ts';
import { keptAnswers } from './kept-answers.ts';
import type { Mcp } from './open-mcp.ts';
import { serverOperations, serverStreams } from './server-operations.ts';

interface HttpParts {
  readonly settings: LoadedSettings;
  /** What the operations lean on. */
  readonly services: object;
  readonly database: Database;
  readonly metrics: Metrics;
  readonly health: () => Promise<Health>;
  readonly mcp: Pick<Mcp, 'routes'>;
  readonly feed: EventFeed;
  readonly ids: IdSource;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly audit: (line: AuditLine) => void;
  readonly isInsecure: boolean;
}

const description = 'Runs JavaScript and TypeScript tasks in a sandbox.';

/** Listens, and answers with everything a server has: its root, REST, MCP, GraphQL and pages. */
export function openHttp(parts: HttpParts): Promise<HttpServer> {
  const { settings, services, database, metrics, health, mcp, feed, ids, clock, logger, audit } = parts;
  const http = httpSettings(settings);
  const graphql = graphqlSettings(settings);
  return createServer({
    settings: http,
    isAuthenticated: false,
    insecure: parts.isInsecure,
    ids,
    clock,
    logger,
    routes: async (app, routing) => {
      app.addHook('onResponse', (request, reply, done) => {
        metrics.answered(request.method, request.routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime);
        done();
      });
      rootRoutes(app, {
        name: 'Ratchet API Server',
        version: packageVersion(),
        description,
        clock,
        ...(graphql.isEnabled ? { furtherLinks: { graphql: graphql.hasPlayground ? '/playground' : '/graphql' } } : {}),
        health,
        metrics: () => metrics.text(),
      });
      restRoutes(app, serverOperations, serverStreams, services, {
        ...routing,
        callerOf: () => localCaller,
        idempotency: keptAnswers(createIdempotencyKeys(database, clock), clock),
        audit,
      });
      if (settings.get(mcpEnabled)) mcp.routes(app, routing);
      if (graphql.isEnabled) {
        graphqlRoutes(app, {
          ...routing,
          operations: serverOperations,
          streams: serverStreams,
          services,
          settings: graphql,
          feed,
          health,
          ids,
          callerOf: () => localCaller,
          audit,
          bodyLimitBytes: http.bodyLimitBytes,
        });
      }
      docsRoutes(app, {
        document: () => openApiDocument(serverOperations, serverStreams, packageVersion()),
        errorFolder: join(packageFolder(), 'docs', 'errors'),
      });
    },
  });
}

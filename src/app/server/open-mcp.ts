import { randomUUID } from 'node:crypto';
import { uuidSource, type Clock } from '#kernel/index.ts';
import type { Logger } from '#observe/index.ts';
import { createServer, httpSettings, type HttpServer, type RouteParts } from '#surfaces/http/index.ts';
import {
  addressFilter,
  createClientAsking,
  createGatekeeper,
  mcpAudit,
  mcpRoutes,
  mcpSettings,
  readClients,
  type Asking,
  type KnownClients,
  type McpClient,
  type McpParts,
} from '#surfaces/mcp/index.ts';
import type { FastifyInstance } from 'fastify';
import type { LoadedSettings } from '../config/load-settings.ts';
import { packageVersion } from '../package-version.ts';

export interface McpSources {
  readonly settings: LoadedSettings;
  readonly logger: Logger;
  readonly clock: Clock;
  /** How operations are called in the name of a client, before what the client may not see is taken away. */
  readonly askingFor: (client: McpClient) => Asking;
  /** Calls back at every change of a task. @returns a function that ends it */
  readonly onTaskChange: (listener: () => void) => () => void;
}

/** MCP of this process, whatever it is spoken over. What speaks it is loaded when the first client comes. */
export interface Mcp {
  readonly clients: KnownClients;
  readonly parts: () => Promise<McpParts>;
  /** Puts its routes on a server. */
  readonly routes: (app: FastifyInstance, parts: RouteParts) => void;
  /** Starts a server of its own for it. */
  readonly listen: (on: { readonly host: string; readonly port: number; readonly insecure: boolean }) => Promise<HttpServer>;
}

/** Clients are told that tasks have changed once for all the changes of so many milliseconds, such as those of one sync. */
const changesWithinMs = 250;

/** @throws MCP_AUTHENTICATION_UNAVAILABLE, MCP_TOKEN_FILE_UNUSABLE */
export function openMcp({ settings, logger, clock, askingFor, onTaskChange }: McpSources): Mcp {
  const version = packageVersion();
  const own = mcpSettings(settings);
  const clients = readClients(settings, clock);
  const letIn = addressFilter(settings);
  const isAudited = settings.get(mcpAudit);
  const log: McpParts['log'] = (level, message, fields) => logger.log(level, message, { ...fields });
  let made: Promise<McpParts> | null = null;
  const make = async (): Promise<McpParts> => {
    const { createOffer } = await import('#surfaces/mcp/create-offer.ts');
    return {
      offer: createOffer(),
      askingFor: (client) => createClientAsking(askingFor(client), client),
      gatekeeper: createGatekeeper(settings, clock),
      settings: own,
      clock,
      newId: randomUUID,
      version,
      log,
      audit: (line) => isAudited && logger.log('info', 'MCP call', { ...line }),
      onTasksChanged: (listener) => seldom(onTaskChange, listener),
    };
  };
  const parts = () => (made ??= make());
  const { cors } = httpSettings(settings);
  const routes: Mcp['routes'] = (app, routeParts) =>
    mcpRoutes(app, { ...routeParts, settings: own, clients, letIn, corsOrigins: cors.origins, version, parts });
  return {
    clients,
    parts,
    routes,
    listen: ({ host, port, insecure }) =>
      createServer({
        settings: { ...httpSettings(settings), host, port },
        isAuthenticated: clients.areAuthenticated,
        insecure,
        ids: uuidSource(clock),
        clock,
        logger,
        routes(app, routeParts) {
          app.get('/health', () => ({
            status: 'healthy',
            service: 'ratchet-mcp-server',
            version,
            timestamp: new Date(clock.now()).toISOString(),
          }));
          routes(app, routeParts);
        },
      }),
  };
}

/** Calls back a moment after the first of several changes, and once for all of them. */
function seldom(onChange: McpSources['onTaskChange'], listener: () => void): () => void {
  let timer: NodeJS.Timeout | null = null;
  const end = onChange(() => {
    timer ??= setTimeout(() => {
      timer = null;
      listener();
    }, changesWithinMs).unref();
  });
  return () => {
    end();
    if (timer !== null) clearTimeout(timer);
  };
}

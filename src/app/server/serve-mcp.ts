import { RatchetError, type Clock } from '#kernel/index.ts';
import type { OpenLogger } from '#observe/index.ts';
import type { McpServeInput, RunningMcp } from '#surfaces/cli/index.ts';
import { mcpEndpoint, mcpHost, mcpPort, mcpTransport, openClient, storeInUse } from '#surfaces/mcp/index.ts';
import type { LiveSettings } from '../config/live-settings.ts';
import type { ConfigSources, LoadedSettings } from '../config/load-settings.ts';
import { logWishes } from '../log-wishes.ts';
import { packageVersion } from '../package-version.ts';
import type { Mcp } from './open-mcp.ts';
import { checkedSettings } from './serve.ts';
import type { StartedServer } from './start-server.ts';

export interface ServeMcpParts {
  readonly sources: ConfigSources;
  readonly logger: OpenLogger;
  readonly clock: Clock;
  readonly env: NodeJS.ProcessEnv;
  readonly dataFolder: (settings: LoadedSettings) => string;
}

/** MCP, and the end of what it speaks for. */
interface Backed {
  readonly mcp: Mcp;
  readonly stop: () => Promise<void>;
}

/** Milliseconds that clients under way have when the server stops. */
const graceMs = 5_000;

/**
 * Serves MCP alone: over standard input and output, or on an address of its own; with a store of this process, or for a server elsewhere.
 * @throws MCP_STORE_IN_USE, CONFIG_INVALID, and as a server does when it starts
 */
export async function serveMcp(wishes: McpServeInput, parts: ServeMcpParts): Promise<RunningMcp> {
  const settings = await checkedSettings(parts.sources, parts.logger);
  const transport = wishes.transport ?? settings.get(mcpTransport);
  const { mcp, stop } =
    wishes.server === undefined ? await embedded(wishes, settings, parts) : await remote(wishes.server, settings, parts);
  const facts = { transport, pid: process.pid, version: packageVersion() };
  try {
    if (transport === 'stdio') {
      const { serveOverStdio } = await import('#surfaces/mcp/transport/stdio.ts');
      const connection = serveOverStdio(await mcp.parts(), openClient(settings, 'local'), { input: process.stdin, output: process.stdout });
      return { facts: { ...facts, url: null }, ended: connection.ended, stop: () => inOrder(connection.close, stop) };
    }
    const http = await mcp.listen({ host: settings.get(mcpHost), port: settings.get(mcpPort), insecure: wishes.insecure });
    return {
      facts: { ...facts, url: `${http.url}${transport === 'sse' ? '/sse' : settings.get(mcpEndpoint)}` },
      ended: new Promise(() => {}),
      stop: () => inOrder(() => http.close({ graceMs }), stop),
    };
  } catch (caught) {
    await stop();
    throw caught;
  }
}

async function inOrder(...steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (const step of steps) await step();
}

async function embedded(wishes: McpServeInput, settings: LiveSettings, parts: ServeMcpParts): Promise<Backed> {
  const [{ startServer }, { createRunningConfig }] = await Promise.all([
    import('./start-server.ts'),
    import('../config/running-config.ts'),
  ]);
  const { logger, clock, sources } = parts;
  let started: StartedServer | null = null;
  const onChanged = (keys: readonly string[]) => {
    if (keys.some((key) => key.startsWith('logging.'))) logger.change(logWishes(settings, parts.env));
    started?.onSettings?.(keys);
  };
  const config = createRunningConfig({ settings, sources, logger, clock, onChanged });
  try {
    started = await startServer({
      settings,
      config,
      logger,
      clock,
      sources: wishes.sources,
      insecure: wishes.insecure,
      dataFolder: parts.dataFolder(settings),
      listens: false,
    });
    return started;
  } catch (caught) {
    const { code, data } = caught instanceof RatchetError ? caught : { code: null, data: {} };
    const { file, pid } = data as { readonly file?: unknown; readonly pid?: unknown };
    if (code === 'STORAGE_IN_USE') throw storeInUse({ file: String(file), pid: typeof pid === 'number' ? pid : null }, caught);
    throw caught;
  }
}

async function remote(url: string, settings: LoadedSettings, { logger, clock, env }: ServeMcpParts): Promise<Backed> {
  const [{ createClient }, { createRemoteAsking }, { openMcp }, { pollTasks }] = await Promise.all([
    import('#surfaces/client/client.ts'),
    import('#surfaces/mcp/index.ts'),
    import('./open-mcp.ts'),
    import('./poll-tasks.ts'),
  ]);
  const client = createClient({ url, token: env['RATCHET_TOKEN'] || undefined });
  const mcp = openMcp({
    settings,
    logger,
    clock,
    askingFor: ({ caller }) => createRemoteAsking(client, caller),
    onTaskChange: (listener) => pollTasks(client, listener),
  });
  return { mcp, stop: async () => {} };
}

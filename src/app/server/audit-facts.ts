import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import {
  confinement,
  defaultIsolation,
  httpAllowedAddresses,
  httpVerifySsl,
  probeConfinement,
  trustTaskLists,
  validateSchemas,
  type Engine,
} from '#engine/index.ts';
import { keepRecordings } from '#executions/stored/index.ts';
import type { Clock } from '#kernel/index.ts';
import { nodeCheck } from '#observe/index.ts';
import { isRetained } from '#retention/index.ts';
import type { AuditedAddress, AuditedFile, AuditFacts } from '#security-audit/index.ts';
import { addedSources } from '#sources/index.ts';
import type { Database } from '#storage/index.ts';
import { graphqlSettings } from '#surfaces/graphql/index.ts';
import { httpSettings, isLoopback } from '#surfaces/http/index.ts';
import { mcpEnabled, mcpHost, mcpPort, readClients } from '#surfaces/mcp/index.ts';
import { mcpApiKeys, mcpAudit, mcpAuthMethod, mcpIpFiltering, mcpIpPolicy, toolSwitches } from '#surfaces/mcp/settings.ts';
import { networkApproval, networkLists } from '#tasks/catalogue/index.ts';
import { everySetting } from '../config/every-setting.ts';
import type { LoadedSettings } from '../config/load-settings.ts';
import type { RunningConfig } from '../config/running-config.ts';
import { secretsInFile } from '../config/secrets-in-file.ts';

export interface AuditedParts {
  readonly config: RunningConfig;
  readonly settings: LoadedSettings;
  readonly engine: Pick<Engine, 'stats'>;
  readonly database: Database;
  readonly clock: Clock;
  readonly isInsecure: boolean;
}

/** Finds out how a server is now, for whoever audits its security. */
export function auditFacts({ config, settings, engine, database, clock, isInsecure }: AuditedParts): () => Promise<AuditFacts> {
  return async () => {
    const http = httpSettings(settings);
    const { file } = config.sources();
    return {
      addresses: addressesOf(settings, clock),
      isInsecure,
      allowedHosts: http.allowedHosts,
      tlsMinVersion: http.tls.minVersion,
      cors: { origins: http.cors.origins },
      bodyLimitBytes: http.bodyLimitBytes,
      graphql: graphqlSettings(settings),
      mcp: {
        isEnabled: settings.get(mcpEnabled),
        method: settings.get(mcpAuthMethod),
        isAudited: settings.get(mcpAudit),
        mayDevelop: settings.get(toolSwitches.development),
        ...keysOf(settings),
        filter: { isEnabled: settings.get(mcpIpFiltering), defaultPolicy: settings.get(mcpIpPolicy) },
      },
      sandbox: await sandboxOf(settings, engine),
      network: {
        allowedAddresses: settings.get(httpAllowedAddresses),
        trustsTaskLists: settings.get(trustTaskLists),
        verifiesTls: settings.get(httpVerifySsl),
        asksApproval: settings.get(networkApproval),
        tasks: await networkLists(database.read),
      },
      addedSources: settings.get(addedSources),
      configuration: file === null ? null : { ...fileOf(file.path), secrets: secretsInFile(file, await everySetting()) },
      database: database.dialect === 'sqlite' && !database.isForgetful ? fileOf(database.where) : null,
      keepsRecordings: settings.get(keepRecordings),
      isRetained: settings.get(isRetained),
      node: { version: process.versions.node, isSupported: (await nodeCheck().run()).state === 'ok' },
      isRoot: process.getuid?.() === 0,
    };
  };
}

function addressesOf(settings: LoadedSettings, clock: Clock): AuditedAddress[] {
  const { host, tls } = httpSettings(settings);
  const hasTls = tls.certFile !== null;
  const server = { what: 'The server', host, isLoopback: isLoopback(host), isAuthenticated: false, hasTls, setting: 'server.bind_address' };
  if (!settings.get(mcpEnabled) || settings.originOf(mcpPort).layer === 'default') return [server];
  const own = settings.get(mcpHost);
  const isAuthenticated = readClients(settings, clock).areAuthenticated;
  return [server, { what: 'MCP', host: own, isLoopback: isLoopback(own), isAuthenticated, hasTls, setting: 'mcp.host' }];
}

/** Names only: what the keys are is nobody's business. */
function keysOf(settings: LoadedSettings): Pick<AuditFacts['mcp'], 'keysWithoutPermissions' | 'keysWithoutEnd'> {
  const keys = settings.get(mcpAuthMethod) === 'api_key' ? settings.get(mcpApiKeys).filter(({ active }) => active ?? true) : [];
  return {
    keysWithoutPermissions: keys.filter(({ permissions }) => permissions === undefined).map(({ name }) => name),
    keysWithoutEnd: keys.filter(({ expires_at: end }) => end === undefined || end === null).map(({ name }) => name),
  };
}

/** What the engine puts around its workers. It may expect what does not work here; trying tells, once for the whole process. */
async function sandboxOf(settings: LoadedSettings, engine: Pick<Engine, 'stats'>): Promise<AuditFacts['sandbox']> {
  const wanted = settings.get(confinement);
  const { kind, detail } = await probeConfinement(wanted);
  const inForce = engine.stats().confinement;
  return {
    wanted,
    kind: kind === 'none' ? 'none' : inForce,
    detail: kind === 'bwrap' && inForce === 'none' ? 'the first worker could not be started with bubblewrap' : detail,
    isolation: settings.get(defaultIsolation),
    checksSchemas: settings.get(validateSchemas),
  };
}

const enterByOthers = 0o011;

/** Permissions of a file and of the folder it lies in; Windows has others. */
function fileOf(path: string): AuditedFile {
  const absolute = resolve(path);
  if (process.platform === 'win32') return { path, mode: null, isReachable: false };
  try {
    const isReachable = (statSync(dirname(absolute)).mode & enterByOthers) !== 0;
    return { path, mode: statSync(absolute).mode & 0o777, isReachable };
  } catch {
    return { path, mode: null, isReachable: false };
  }
}

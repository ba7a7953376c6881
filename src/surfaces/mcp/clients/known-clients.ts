import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Clock, Settings } from '#kernel/index.ts';
import { authenticationUnavailable, clientUnknown, tokenFileUnusable } from '../errors.ts';
import { mcpApiKeys, mcpAuthMethod, mcpTokenFile } from '../settings.ts';
import { keyClient, openClient, type McpClient } from './client.ts';

/** What a client sends of itself. */
export interface Credentials {
  readonly authorization?: string | undefined;
  readonly apiKey?: string | undefined;
}

/** Who may come over a network, and how they say who they are. */
export interface KnownClients {
  /** Whether everybody has to say who they are. */
  readonly areAuthenticated: boolean;
  /** @throws MCP_CLIENT_UNKNOWN */
  readonly identify: (said: Credentials) => McpClient;
}

interface KnownKey {
  readonly digest: Buffer;
  readonly client: McpClient;
  readonly isActive: boolean;
  readonly expiresAt: number | null;
}

/**
 * Reads the clients of the configuration.
 * @throws MCP_AUTHENTICATION_UNAVAILABLE, MCP_TOKEN_FILE_UNUSABLE
 */
export function readClients(settings: Settings, clock: Clock): KnownClients {
  const method = settings.get(mcpAuthMethod);
  if (method === 'jwt' || method === 'oauth2') throw authenticationUnavailable({ method });
  if (method === 'none') {
    const anonymous = openClient(settings, 'anonymous');
    return { areAuthenticated: false, identify: () => anonymous };
  }
  const keys = method === 'token' ? [tokenOf(settings)] : keysOf(settings);
  return {
    areAuthenticated: true,
    identify({ authorization, apiKey }) {
      const said = /^(?:bearer|apikey)\s+(\S+)\s*$/i.exec(authorization ?? '')?.[1] ?? apiKey;
      if (said === undefined) throw clientUnknown({ problem: 'the request has no key' });
      const known = findKey(keys, said);
      if (known === null || !known.isActive) throw clientUnknown({ problem: 'its key is none of those known here' });
      if (known.expiresAt !== null && known.expiresAt <= clock.now()) throw clientUnknown({ problem: 'its key has expired' });
      return known.client;
    },
  };
}

/** Looks at every key, whichever fits, and at digests of one length, so that the time it takes says nothing. */
function findKey(keys: readonly KnownKey[], said: string): KnownKey | null {
  const digest = digestOf(said);
  let found: KnownKey | null = null;
  for (const key of keys) if (timingSafeEqual(key.digest, digest)) found = key;
  return found;
}

function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

function keysOf(settings: Settings): KnownKey[] {
  return settings.get(mcpApiKeys).map(({ key, name, permissions, expires_at: expires, active }) => ({
    digest: digestOf(key),
    client: keyClient(settings, name, permissions ?? null),
    isActive: active ?? true,
    expiresAt: expires === undefined || expires === null ? null : Date.parse(expires),
  }));
}

const shortestToken = 16;

function tokenOf(settings: Settings): KnownKey {
  const file = settings.get(mcpTokenFile) ?? '';
  let token: string;
  try {
    token = readFileSync(file, 'utf8').trim();
  } catch (caught) {
    const { code } = caught as NodeJS.ErrnoException;
    throw tokenFileUnusable({ file, problem: code === 'ENOENT' ? 'there is no such file' : `${code ?? 'it'} cannot be read` }, caught);
  }
  if (token.length < shortestToken) throw tokenFileUnusable({ file, problem: `it has fewer than ${shortestToken} characters` });
  return { digest: digestOf(token), client: keyClient(settings, 'token', null), isActive: true, expiresAt: null };
}

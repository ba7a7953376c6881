import { isIP } from 'node:net';
import { z } from 'zod';
import { setting, type BreakerRule, type Settings } from '#kernel/index.ts';

const seconds = z.number().positive().max(86_400);

export const httpTimeout = setting({
  key: 'http.timeout',
  unit: 'seconds',
  reload: 'live',
  type: seconds,
  default: 30,
  describe:
    'Longest time in seconds of one attempt at a request, from connecting to the last byte, redirects included; a task may ask for less.',
});

export const httpMaxRedirects = setting({
  key: 'http.max_redirects',
  reload: 'live',
  type: z.number().int().min(0).max(100),
  default: 10,
  describe: 'Redirects followed before a request is given up.',
});

export const httpUserAgent = setting({
  key: 'http.user_agent',
  reload: 'live',
  type: z.string().regex(/^[\x20-\x7e]+$/, 'must be printable ASCII and not empty'),
  default: 'Ratchet/1.0',
  describe: 'User-Agent header of requests whose task sets none.',
});

export const httpVerifySsl = setting({
  key: 'http.verify_ssl',
  type: z.boolean(),
  default: true,
  describe: 'Whether TLS certificates are checked. Without the check anybody on the way can read and change what tasks exchange.',
});

export const httpMaxIdlePerHost = setting({
  key: 'http.connection_pool.max_idle_per_host',
  type: z.number().int().min(0).max(1000),
  default: 10,
  describe: 'Connections kept open per host for the next request.',
});

export const httpIdleTimeout = setting({
  key: 'http.connection_pool.idle_timeout',
  unit: 'seconds',
  type: seconds,
  default: 90,
  describe: 'Seconds an unused connection is kept; a server may ask for less.',
});

export const httpConnectionTimeout = setting({
  key: 'http.connection_pool.connection_timeout',
  unit: 'seconds',
  type: seconds,
  default: 10,
  describe: 'Longest time in seconds for a connection to be made.',
});

export const httpProxy = setting({
  key: 'http.proxy',
  type: z.url({ protocol: /^https?$/ }).nullable(),
  default: null,
  describe: 'URL of the proxy through which tasks reach public addresses; addresses opened by an exception are reached directly.',
  // It may hold a user name and a password.
  isSecret: true,
});

export const httpMaxResponseBytes = setting({
  key: 'http.max_response_bytes',
  reload: 'live',
  type: z.number().int().positive(),
  default: 10 * 1024 * 1024,
  describe: 'Largest response body in bytes, counted after decompression.',
});

export const httpMaxRequestBytes = setting({
  key: 'http.max_request_bytes',
  reload: 'live',
  type: z.number().int().positive(),
  default: 10 * 1024 * 1024,
  describe: 'Largest request body in bytes.',
});

export const httpMaxHeaderBytes = setting({
  key: 'http.max_header_bytes',
  type: z
    .number()
    .int()
    .min(1024)
    .max(1024 * 1024),
  default: 64 * 1024,
  describe: 'Most bytes of headers in a request, and in a response.',
});

export const httpAllowedAddresses = setting({
  key: 'http.allowed_addresses',
  type: z.array(z.string().refine(isAddressRange, 'must be an IP address or a range such as 10.1.0.0/16')),
  default: [],
  describe:
    'IP addresses and ranges (10.1.0.0/16, fd12::/48) every task may reach although they are not public. A cloud metadata address counts only when it is named by itself.',
});

export const trustTaskLists = setting({
  key: 'network.trust_task_lists',
  type: z.boolean(),
  default: false,
  describe:
    "Whether a host a task names exactly in its own network list may have a loopback or private address. Only where every task's author is trusted.",
});

export const breakerEnabled = setting({
  key: 'http.circuit_breaker.enabled',
  type: z.boolean(),
  default: true,
  describe: 'Whether a server stops asking a host for a while that keeps failing a task.',
});

const breakerFailures = setting({
  key: 'http.circuit_breaker.failures',
  type: z.number().int().min(1),
  default: 5,
  describe:
    'Failures within the window (no connection, time-out, status 500 and above) after which a host is spared, if at least half of the requests failed.',
});

const breakerWindow = setting({
  key: 'http.circuit_breaker.window',
  unit: 'seconds',
  type: z.number().positive(),
  default: 60,
  describe: 'Seconds over which failures of a host are counted.',
});

const breakerOpen = setting({
  key: 'http.circuit_breaker.open',
  unit: 'seconds',
  type: z.number().positive(),
  default: 60,
  describe: 'Seconds for which a host is spared; then single requests find out whether it works again.',
});

/** When a host is spared, and how it comes back. */
export function breakerRule(settings: Settings): BreakerRule {
  const failures = settings.get(breakerFailures);
  return {
    windowMs: settings.get(breakerWindow) * 1000,
    leastCalls: failures,
    mostFailures: failures,
    leastShare: 0.5,
    openMs: settings.get(breakerOpen) * 1000,
    successesToClose: 3,
  };
}

function isAddressRange(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || address.includes('%') || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128));
}

import { setting, settingRule, type Settings } from '#kernel/index.ts';
import { z } from 'zod';

export const bindAddress = setting({
  key: 'server.bind_address',
  aliases: ['server.host'],
  type: z.string().min(1),
  default: '127.0.0.1',
  describe: 'Address the server listens on. Anything but the loopback needs authentication, or --insecure.',
  env: ['RATCHET_BIND_ADDRESS'],
});

export const serverPort = setting({
  key: 'server.port',
  type: z.number().int().min(0).max(65_535),
  default: 8080,
  describe: 'Port the server listens on; 0 takes a free one.',
});

export const allowedHosts = setting({
  key: 'server.allowed_hosts',
  type: z.array(z.string().min(1)),
  default: [],
  describe:
    'Names clients may call the server by, beside the loopback; others are refused where the server listens on the loopback or this is set.',
});

export const bodyLimit = setting({
  key: 'server.body_limit_bytes',
  type: z.number().int().min(1_024),
  default: 10 * 1024 ** 2,
  describe: 'Largest body of a request, in bytes.',
});

export const requestTimeout = setting({
  key: 'server.request_timeout',
  unit: 'seconds',
  type: z.number().positive(),
  default: 30,
  describe: 'Seconds a client may take to send a whole request.',
});

export const headerTimeout = setting({
  key: 'server.header_timeout',
  unit: 'seconds',
  type: z.number().positive(),
  default: 10,
  describe: 'Seconds a client may take to send the headers of a request.',
});

export const answerTimeout = setting({
  key: 'server.answer_timeout',
  unit: 'seconds',
  type: z.number().positive(),
  default: 330,
  describe:
    'Seconds a request may take to be answered; longer than the longest execution, for callers that wait for one. Streams are not bound.',
});

export const maxConnections = setting({
  key: 'server.max_connections',
  type: z.number().int().min(1),
  default: 5_000,
  describe: 'Connections open at one time; more are dropped.',
});

export const shutdownGrace = setting({
  key: 'server.shutdown_grace',
  unit: 'seconds',
  reload: 'live',
  type: z.number().nonnegative(),
  default: 30,
  describe: 'Seconds that requests under way have to end when the server stops, before their work is cancelled.',
});

export const tlsCertificate = setting({
  key: 'server.tls.cert_file',
  type: z.string().min(1).nullable(),
  default: null,
  describe: 'File with the certificate (PEM); with server.tls.key_file it turns HTTPS on.',
});

export const tlsKey = setting({
  key: 'server.tls.key_file',
  type: z.string().min(1).nullable(),
  default: null,
  describe: 'File with the private key of the certificate (PEM).',
});

export const tlsChain = setting({
  key: 'server.tls.chain_file',
  type: z.string().min(1).nullable(),
  default: null,
  describe: 'File with the certificates between the own one and the root (PEM).',
});

export const tlsMinVersion = setting({
  key: 'server.tls.min_version',
  type: z.union([z.enum(['1.2', '1.3']), z.number().transform((version) => version.toFixed(1))]).pipe(z.enum(['1.2', '1.3'])),
  default: '1.2',
  describe: 'Oldest version of TLS that is spoken: 1.2 or 1.3.',
});

export const corsOrigins = setting({
  key: 'server.cors.allowed_origins',
  type: z.array(z.string().min(1)),
  default: [],
  describe: 'Origins of web pages that may call the server from a browser, such as https://console.example; * for every page.',
});

export const corsMethods = setting({
  key: 'server.cors.allowed_methods',
  type: z.array(z.string().min(1)),
  default: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  describe: 'Methods such pages may use.',
});

export const corsHeaders = setting({
  key: 'server.cors.allowed_headers',
  type: z.array(z.string().min(1)),
  default: [
    'Content-Type',
    'Authorization',
    'X-Requested-With',
    'X-API-Key',
    'X-Request-ID',
    'Idempotency-Key',
    'If-None-Match',
    'Last-Event-ID',
  ],
  describe: 'Headers such pages may send.',
});

export const corsCredentials = setting({
  key: 'server.cors.allow_credentials',
  type: z.boolean(),
  default: false,
  describe: 'Whether such pages may send cookies; not together with every page (*).',
});

export const corsMaxAge = setting({
  key: 'server.cors.max_age',
  unit: 'seconds',
  type: z.number().int().nonnegative(),
  default: 3_600,
  describe: 'Seconds a browser may remember what it was allowed.',
});

settingRule({
  settings: [tlsCertificate, tlsKey, tlsChain],
  problem: (settings) => {
    const [cert, key, chain] = [tlsCertificate, tlsKey, tlsChain].map((one) => settings.get(one));
    if (cert !== null && key === null) return 'server.tls.cert_file needs server.tls.key_file';
    if (key !== null && cert === null) return 'server.tls.key_file needs server.tls.cert_file';
    return chain !== null && cert === null ? 'server.tls.chain_file needs server.tls.cert_file and server.tls.key_file' : null;
  },
});

settingRule({
  settings: [corsOrigins, corsCredentials],
  problem: (settings) =>
    settings.get(corsCredentials) && settings.get(corsOrigins).includes('*')
      ? 'server.cors.allow_credentials cannot be true where server.cors.allowed_origins has *: name the origins'
      : null,
});

/** What the server has to know, in milliseconds and bytes. */
export interface HttpSettings {
  readonly host: string;
  readonly port: number;
  readonly allowedHosts: readonly string[];
  readonly bodyLimitBytes: number;
  readonly requestTimeoutMs: number;
  readonly headerTimeoutMs: number;
  readonly answerTimeoutMs: number;
  readonly maxConnections: number;
  readonly tls: {
    readonly certFile: string | null;
    readonly keyFile: string | null;
    readonly chainFile: string | null;
    readonly minVersion: '1.2' | '1.3';
  };
  readonly cors: {
    readonly origins: readonly string[];
    readonly methods: readonly string[];
    readonly headers: readonly string[];
    readonly withCredentials: boolean;
    readonly maxAgeSeconds: number;
  };
}

/** Collects the settings of the server. @throws CONFIG_INVALID from `settings.get` */
export function httpSettings(settings: Settings): HttpSettings {
  return {
    host: settings.get(bindAddress),
    port: settings.get(serverPort),
    allowedHosts: settings.get(allowedHosts),
    bodyLimitBytes: settings.get(bodyLimit),
    requestTimeoutMs: settings.get(requestTimeout) * 1_000,
    headerTimeoutMs: settings.get(headerTimeout) * 1_000,
    answerTimeoutMs: settings.get(answerTimeout) * 1_000,
    maxConnections: settings.get(maxConnections),
    tls: {
      certFile: settings.get(tlsCertificate),
      keyFile: settings.get(tlsKey),
      chainFile: settings.get(tlsChain),
      minVersion: settings.get(tlsMinVersion),
    },
    cors: {
      origins: settings.get(corsOrigins),
      methods: settings.get(corsMethods),
      headers: settings.get(corsHeaders),
      withCredentials: settings.get(corsCredentials),
      maxAgeSeconds: settings.get(corsMaxAge),
    },
  };
}

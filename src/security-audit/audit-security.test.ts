import { describe, expect, it } from 'vitest';
import { everySetting } from '../app/config/every-setting.ts';
import type { AuditFacts } from './audit-facts.ts';
import { auditSecurity, everyCheck } from './audit-security.ts';
import { severities } from './finding.ts';

const on = (host: string, more: Partial<AuditFacts['addresses'][number]> = {}): AuditFacts['addresses'][number] => ({
  what: 'The server',
  host,
  isLoopback: host.startsWith('127.'),
  isAuthenticated: true,
  hasTls: true,
  setting: 'server.bind_address',
  ...more,
});

/** A server about which there is nothing to say. */
const sound: AuditFacts = {
  addresses: [on('127.0.0.1')],
  isInsecure: false,
  allowedHosts: [],
  tlsMinVersion: '1.3',
  cors: { origins: ['https://console.example', 'http://localhost:3000'] },
  bodyLimitBytes: 10 * 1024 ** 2,
  graphql: { isEnabled: true, hasPlayground: true, hasIntrospection: true },
  mcp: {
    isEnabled: true,
    method: 'api_key',
    isAudited: true,
    mayDevelop: true,
    keysWithoutPermissions: [],
    keysWithoutEnd: [],
    filter: { isEnabled: true, defaultPolicy: 'deny' },
  },
  sandbox: { wanted: 'auto', kind: 'bwrap', detail: 'bubblewrap works here', isolation: 'fresh', checksSchemas: true },
  network: {
    allowedAddresses: [],
    trustsTaskLists: false,
    verifiesTls: true,
    asksApproval: true,
    tasks: [
      { name: 'closed', lines: [] },
      { name: 'narrow', lines: ['api.example.com', 'api.example.com:8443'] },
    ],
  },
  addedSources: 'public',
  configuration: { path: 'ratchet.yaml', mode: 0o644, isReachable: true, secrets: [] },
  database: { path: 'data/ratchet.db', mode: 0o600, isReachable: true },
  keepsRecordings: 'failed',
  isRetained: true,
  node: { version: '24.19.0', isSupported: true },
  isRoot: false,
};

const { mcp, sandbox, network, graphql } = sound;
const file = (mode: number, secrets: readonly string[] = [], isReachable = true) => ({
  configuration: { path: 'ratchet.yaml', mode, isReachable, secrets },
});

/** For each check: facts in which it finds something, how grave that is, and a part of what it says. */
const cases: readonly (readonly [id: string, severity: string, changed: Partial<AuditFacts>, says: string])[] = [
  ['open-to-network', 'critical', { addresses: [on('0.0.0.0', { isAuthenticated: false })] }, 'The server listens on 0.0.0.0'],
  [
    'open-to-network',
    'critical',
    { addresses: [on('127.0.0.1'), on('10.0.0.1', { what: 'MCP', isAuthenticated: false, setting: 'mcp.host' })] },
    'MCP listens',
  ],
  ['unencrypted-network', 'high', { addresses: [on('10.0.0.1', { hasTls: false })] }, '10.0.0.1 without TLS'],
  ['no-authentication', 'low', { addresses: [on('127.0.0.1', { isAuthenticated: false })] }, 'on this machine'],
  ['insecure-flag', 'low', { isInsecure: true }, '--insecure'],
  ['old-tls', 'info', { tlsMinVersion: '1.2' }, 'TLS 1.2'],
  ['every-host-name', 'medium', { allowedHosts: ['a.example', '*'] }, 'any name'],
  ['runs-as-root', 'medium', { isRoot: true }, 'root'],
  ['cors-every-origin', 'high', { cors: { origins: ['*'] } }, 'Every web page'],
  ['cors-unencrypted-origin', 'medium', { cors: { origins: ['http://intranet.example'] } }, 'http://intranet.example'],
  ['large-bodies', 'medium', { bodyLimitBytes: 2 * 1024 ** 3 }, '2048 MB'],
  ['graphql-introspection', 'low', { addresses: [on('10.0.0.1')] }, 'schema'],
  ['graphql-playground', 'low', { addresses: [on('10.0.0.1')] }, '/playground'],
  [
    'mcp-unlimited-keys',
    'medium',
    { mcp: { ...mcp, keysWithoutPermissions: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] } },
    'a, b, c, d, e and 2 more',
  ],
  ['mcp-endless-keys', 'low', { mcp: { ...mcp, keysWithoutEnd: ['desktop'] } }, 'desktop'],
  ['mcp-anonymous-authors', 'low', { mcp: { ...mcp, method: 'none' } }, 'nobody knows'],
  ['mcp-filter-lets-in', 'medium', { mcp: { ...mcp, filter: { isEnabled: true, defaultPolicy: 'allow' } } }, 'let in'],
  ['mcp-calls-not-logged', 'medium', { mcp: { ...mcp, isAudited: false } }, 'no line in the log'],
  ['workers-unconfined', 'medium', { sandbox: { ...sandbox, kind: 'none', detail: 'not installed' } }, 'not installed'],
  ['workers-unconfined', 'high', { sandbox: { ...sandbox, kind: 'none', wanted: 'none', detail: 'switched off' } }, 'switched off'],
  ['realms-shared', 'medium', { sandbox: { ...sandbox, isolation: 'warm' } }, 'warm'],
  ['schemas-unchecked', 'medium', { sandbox: { ...sandbox, checksSchemas: false } }, 'not checked'],
  ['private-addresses-open', 'medium', { network: { ...network, allowedAddresses: ['10.1.0.0/16'] } }, '10.1.0.0/16'],
  ['private-addresses-open', 'high', { network: { ...network, allowedAddresses: ['127.0.0.0/8', '::1/128'] } }, 'this server itself'],
  ['private-addresses-open', 'high', { network: { ...network, allowedAddresses: ['0.0.0.0/0'] } }, '0.0.0.0/0'],
  ['private-addresses-open', 'high', { network: { ...network, allowedAddresses: ['169.254.169.254'] } }, '169.254.169.254'],
  ['task-lists-trusted', 'medium', { network: { ...network, trustsTaskLists: true } }, 'its author decides'],
  ['certificates-unchecked', 'high', { network: { ...network, verifiesTls: false } }, 'any TLS certificate'],
  [
    'tasks-without-list',
    'low',
    {
      network: {
        ...network,
        tasks: [
          { name: 'open', lines: null },
          { name: 'star', lines: ['*:443'] },
        ],
      },
    },
    '2 tasks may reach every public host: open, star',
  ],
  [
    'tasks-with-wildcards',
    'info',
    { network: { ...network, tasks: [{ name: 'wide', lines: ['*.example.com', 'a.example:*', 'b.example'] }] } },
    'wide (*.example.com, a.example:*)',
  ],
  ['growth-unseen', 'info', { network: { ...network, asksApproval: false } }, 'without anybody looking'],
  ['sources-from-anywhere', 'low', { addedSources: 'anywhere' }, 'anywhere'],
  ['sources-from-anywhere', 'high', { addedSources: 'anywhere', addresses: [on('10.0.0.1')] }, 'anywhere'],
  ['configuration-writable', 'high', file(0o664), '0664'],
  ['secrets-readable', 'high', file(0o640, ['http.proxy']), 'http.proxy'],
  ['secrets-in-file', 'low', file(0o600, ['http.proxy']), 'every copy'],
  ['secrets-in-file', 'low', file(0o644, ['http.proxy'], false), 'every copy'],
  ['database-readable', 'medium', { database: { path: 'data/ratchet.db', mode: 0o644, isReachable: true } }, 'data/ratchet.db (0644)'],
  ['everything-recorded', 'low', { keepsRecordings: 'all' }, 'went well'],
  ['nothing-removed', 'medium', { isRetained: false }, 'ever removed'],
  ['node-outdated', 'medium', { node: { version: '22.0.0', isSupported: false } }, 'Node 22.0.0'],
];

describe('the checks', () => {
  it('find nothing where there is nothing', () => {
    expect(auditSecurity(sound)).toEqual([]);
    const noMcp = { ...mcp, isEnabled: false, isAudited: false, method: 'none', keysWithoutEnd: ['a'], keysWithoutPermissions: ['a'] };
    const closed = { addresses: [on('10.0.0.1')], graphql: { ...graphql, hasIntrospection: false, hasPlayground: false } };
    const hidden = { database: { path: 'ratchet.db', mode: 0o644, isReachable: false }, configuration: null };
    expect(auditSecurity({ ...sound, mcp: noMcp, ...closed, ...hidden })).toEqual([]);
    expect(auditSecurity({ ...sound, isInsecure: true, addresses: [on('10.0.0.1')], graphql: { ...graphql, isEnabled: false } })).toEqual(
      [],
    );
  });

  it.each(cases)('%s is %s', (id, severity, changed, says) => {
    const found = auditSecurity({ ...sound, ...changed }).find((one) => one.id === id);
    expect(found).toMatchObject({ severity, what: expect.stringContaining(says) });
    expect(found!.advice.length).toBeGreaterThan(10);
  });

  it('are each shown to find something, under an id of their own and a setting that exists', async () => {
    const ids = everyCheck.map(({ id }) => id);
    expect([...new Set(cases.map(([id]) => id))].toSorted()).toEqual(ids.toSorted());
    const known = new Set((await everySetting()).map(({ key }) => key));
    const named = cases.flatMap(([, , changed]) => auditSecurity({ ...sound, ...changed }).flatMap(({ setting }) => setting ?? []));
    expect([...new Set([...named, ...everyCheck.flatMap(({ setting }) => setting ?? [])])].filter((key) => !known.has(key))).toEqual([]);
  });

  it('put the gravest first', () => {
    const found = auditSecurity({ ...sound, keepsRecordings: 'all', isRetained: false, cors: { origins: ['*'] }, tlsMinVersion: '1.2' });
    const weights = found.map(({ severity }) => severities.indexOf(severity));
    expect(weights).toEqual(weights.toSorted((a, b) => b - a));
    expect(found.map(({ severity }) => severity)).toEqual(['high', 'medium', 'low', 'info']);
  });
});

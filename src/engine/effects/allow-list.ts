/** One line of a task's network list, understood. */
export interface HostPattern {
  /** Canonical host (lower case, punycode, no trailing dot, IPv6 in brackets); for `*.example.org` the part after `*.`; null for `*`. */
  readonly host: string | null;
  readonly isWildcard: boolean;
  /** null: 80 and 443 only. */
  readonly port: number | 'any' | null;
}

/** What a task may reach by name. Addresses are judged apart, by the address guard. */
export interface AllowList {
  /** Whether a host and port may be asked at all. */
  allows(url: URL): boolean;
  /** Whether the list names this very host and port, not through a wildcard. */
  namesExactly(url: URL): boolean;
}

/**
 * Understands one pattern: `api.example.com`, `*.example.org:8443`, `example.com:*`, `192.0.2.7`, `[2001:db8::1]:8080`, or `*` for any host.
 * Without a port it means 80 and 443. Returns null for anything else.
 */
export function parseHostPattern(text: string): HostPattern | null {
  // A bare IPv6 address has colons of its own, so it takes no port.
  const match = /^(?<host>\[[^\]]*\]|[^:[\]]+)(?::(?<port>\*|\d{1,5}))?$/.exec(text);
  const hostText = match ? match.groups!['host']! : text;
  const port = parsePort(match?.groups?.['port']);
  if (port === undefined) return null;
  if (hostText === '*') return { host: null, isWildcard: true, port };
  const isWildcard = hostText.startsWith('*.');
  const host = canonicalHost(isWildcard ? hostText.slice(2) : match ? hostText : `[${hostText}]`);
  if (host === null || (isWildcard && isAddress(host))) return null;
  return { host, isWildcard, port };
}

/** Builds the list of one task. null means that the task names no hosts: every host is allowed. A line that is no pattern allows nothing. */
export function createAllowList(lines: readonly string[] | null): AllowList {
  if (lines === null) return { allows: () => true, namesExactly: () => false };
  const patterns = lines.map(parseHostPattern).filter((pattern) => pattern !== null);
  return {
    allows: (url) => patterns.some((pattern) => covers(pattern, url)),
    namesExactly: (url) => patterns.some((pattern) => !pattern.isWildcard && covers(pattern, url)),
  };
}

/** The port a URL leads to, the scheme's own when none is written. */
export function portOf(url: URL): number {
  return url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
}

/** The host of a parsed URL without the trailing dot of a fully qualified name. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/\.$/, '');
}

function covers(pattern: HostPattern, url: URL): boolean {
  return matchesHost(pattern, hostOf(url)) && matchesPort(pattern, portOf(url));
}

function matchesHost(pattern: HostPattern, host: string): boolean {
  if (pattern.host === null) return true;
  return pattern.isWildcard ? host.endsWith(`.${pattern.host}`) : host === pattern.host;
}

function matchesPort(pattern: HostPattern, port: number): boolean {
  if (pattern.port === 'any') return true;
  return pattern.port === null ? port === 80 || port === 443 : port === pattern.port;
}

function parsePort(text: string | undefined): HostPattern['port'] | undefined {
  if (text === undefined) return null;
  if (text === '*') return 'any';
  const port = Number(text);
  return port >= 1 && port <= 65_535 ? port : undefined;
}

function canonicalHost(text: string): string | null {
  // The URL parser decides what a host is, as it does for the request itself, so both are compared in the same form.
  if (/[\s/\\?#@*%]/.test(text) || text === '') return null;
  const url = URL.parse(`http://${text}/`);
  return url === null || url.port !== '' || url.hostname === '' ? null : hostOf(url);
}

function isAddress(host: string): boolean {
  return host.startsWith('[') || /^\d+\.\d+\.\d+\.\d+$/.test(host);
}

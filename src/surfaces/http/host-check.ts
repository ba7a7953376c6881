import ipaddr from 'ipaddr.js';

/** Whether an address to listen on is reached from this machine only. */
export function isLoopback(host: string): boolean {
  const bare = withoutBrackets(host.toLowerCase());
  if (bare === 'localhost' || bare.endsWith('.localhost')) return true;
  return ipaddr.isValid(bare) && ipaddr.process(bare).range() === 'loopback';
}

/**
 * Decides by the header `Host` whether a request is meant for us (DNS rebinding: a page's own name that points to 127.0.0.1).
 * On the loopback only its names and the allowed ones count; elsewhere every name does unless some are listed.
 * Answers are remembered for the few names a server is called by.
 */
export function hostCheck(bindHost: string, allowedHosts: readonly string[]): (header: string | undefined) => boolean {
  const allowed = new Set(allowedHosts.map((name) => name.toLowerCase()));
  const anyName = allowed.has('*') || (!isLoopback(bindHost) && allowed.size === 0);
  const known = new Map<string, boolean>();
  return (header) => {
    // HTTP/1.0 without a Host: no browser sends that, and rebinding is an attack through browsers.
    if (anyName || header === undefined) return true;
    const before = known.get(header);
    if (before !== undefined) return before;
    const name = nameOf(header);
    const isMeant =
      name !== null && (allowed.has(name) || allowed.has(header.toLowerCase()) || isLoopback(name) || name === bindHost.toLowerCase());
    if (known.size < 1_000 && header.length < 300) known.set(header, isMeant);
    return isMeant;
  };
}

/** The name of `name:port` or `[v6]:port` in lower case; null where it is neither. */
function nameOf(header: string): string | null {
  const found = /^(\[[\da-f:.]+\]|[^:[\]@/\\\s]+)(?::\d{1,5})?$/i.exec(header);
  return found ? withoutBrackets(found[1]!.toLowerCase()).replace(/\.$/, '') : null;
}

function withoutBrackets(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}

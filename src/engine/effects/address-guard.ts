import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { classifyAddress, parseAddress, type AddressClass } from './address-class.ts';
import { hostOf } from './allow-list.ts';
import { BlockedAddress } from './blocked-address.ts';

/** Resolves a name to all its addresses; handed in by tests that play a hostile name server. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

export interface AddressGuardOptions {
  /** True for development: loopback is reachable without being named anywhere. */
  readonly allowLoopback: boolean;
  /** The operator's exceptions (`http.allowed_addresses`). */
  readonly allowed: readonly string[];
  /** Who is kept from an address, for messages; `tasks` when absent. */
  readonly who?: string | undefined;
  readonly resolve?: Resolve | undefined;
}

/**
 * Decides which addresses tasks may reach. `isOpened` says that the task's own list names the host exactly and is trusted:
 * it opens loopback and private addresses, never link-local ones or those of cloud metadata.
 */
export interface AddressGuard {
  /** Judges what can be judged without asking a name server: addresses written out, and the names of metadata services. Throws BlockedAddress. */
  checkHost(url: URL, isOpened: boolean): void;
  /** Throws BlockedAddress unless `address` may be reached. `host` is only for the message. */
  checkAddress(address: string, host: string, isOpened: boolean): void;
  /** Resolves a name and judges every address; one forbidden address among public ones is an attack, so it forbids them all. */
  resolve(hostname: string, isOpened: boolean): Promise<readonly LookupAddress[]>;
  /** The same for `net.connect`, which then connects to the very address that was judged: a name cannot change its mind in between. */
  lookup(isOpened: boolean): LookupFunction;
}

const metadataNames = new Set(['metadata.google.internal', 'metadata.goog', 'instance-data', 'instance-data.ec2.internal']);

/** Everything below localhost is this machine (RFC 6761, 6.3), whatever a name server says. */
const isLocalName = /(?:^|\.)localhost\.?$/i;

const described: Readonly<Record<AddressClass, string>> = {
  public: 'a public address',
  loopback: 'a loopback address',
  private: 'a private address',
  'link-local': 'a link-local address',
  metadata: 'a cloud metadata address',
  special: 'not an address of the public internet',
};

/** Builds the guard of one effects provider. */
export function createAddressGuard(options: AddressGuardOptions): AddressGuard {
  const ranges = options.allowed.map(parseRange);
  const resolveAll = options.resolve ?? resolveBySystem;
  const who = options.who ?? 'tasks';

  const mayReach = (address: string, isOpened: boolean): boolean => {
    const kind = classifyAddress(address);
    if (kind === 'public') return true;
    if (kind === 'loopback' && (options.allowLoopback || isOpened)) return true;
    if (kind === 'private' && isOpened) return true;
    const parsed = parseAddress(address);
    return parsed !== null && ranges.some((range) => covers(range, parsed, kind === 'metadata'));
  };

  const guard: AddressGuard = {
    checkHost(url, isOpened) {
      const host = hostOf(url);
      if (metadataNames.has(host)) throw new BlockedAddress(`${host} is a cloud metadata service; ${who} may not reach it`);
      const literal = host.replace(/^\[(.*)\]$/, '$1');
      if (isIP(literal) !== 0) guard.checkAddress(literal, host, isOpened);
    },
    checkAddress(address, host, isOpened) {
      if (mayReach(address, isOpened)) return;
      const kind = classifyAddress(address);
      const what = host.replace(/^\[(.*)\]$/, '$1') === address ? `${host} is` : `${host} leads to ${address},`;
      throw new BlockedAddress(`${what} ${described[kind]}; ${who} may not reach it${wayOut(kind, options.who === undefined)}`);
    },
    async resolve(hostname, isOpened) {
      const found = await resolveAll(isLocalName.test(hostname) ? 'localhost' : hostname);
      for (const { address } of found) guard.checkAddress(address, hostname, isOpened);
      return found;
    },
    lookup: (isOpened) => (hostname, wanted, callback) => {
      const answer = async () => {
        let found: readonly LookupAddress[];
        try {
          found = await guard.resolve(hostname, isOpened);
        } catch (error) {
          callback(error as NodeJS.ErrnoException, '', 4);
          return;
        }
        const first = found[0];
        if (!first) callback(Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' }), '', 4);
        else if (wanted.all) callback(null, [...found]);
        else callback(null, first.address, first.family);
      };
      void answer();
    },
  };
  return guard;
}

function wayOut(kind: AddressClass, isTask: boolean): string {
  if (kind !== 'loopback' && kind !== 'private') return '';
  return ` (http.allowed_addresses can open it${isTask ? ', or the task\'s "network" list where network.trust_task_lists is on' : ''})`;
}

interface Range {
  readonly base: ipaddr.IPv4 | ipaddr.IPv6;
  readonly prefix: number;
}

function parseRange(text: string): Range {
  const [address = '', prefix] = text.split('/');
  const base = ipaddr.parse(address);
  return { base, prefix: prefix === undefined ? base.toByteArray().length * 8 : Number(prefix) };
}

function covers(range: Range, address: ipaddr.IPv4 | ipaddr.IPv6, onlyExactly: boolean): boolean {
  if (range.base.kind() !== address.kind()) return false;
  // 0.0.0.0/0 says "the whole network here", not "the credentials of this machine".
  if (onlyExactly && range.prefix !== address.toByteArray().length * 8) return false;
  return address.match(range.base, range.prefix);
}

function resolveBySystem(hostname: string): Promise<readonly LookupAddress[]> {
  return new Promise((resolve, reject) => {
    systemLookup(hostname, { all: true }, (error, found) => (error ? reject(error) : resolve(found)));
  });
}

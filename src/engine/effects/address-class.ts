import ipaddr from 'ipaddr.js';

/**
 * What kind of place an IP address is. `special` is everything else that is not the public internet: multicast, unspecified,
 * documentation, benchmarking, reserved, and tunnels (6to4, Teredo) that could carry any of these.
 */
export type AddressClass = 'public' | 'loopback' | 'private' | 'link-local' | 'metadata' | 'special';

/** Where clouds answer questions about the machine, credentials included. 168.63.129.16 looks public but is a cloud's own host. */
const metadataAddresses = new Set([
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  'fd00:ec2::254',
  'fd00:ec2::23',
  'fd20:ce::254',
]);

const byRange: Readonly<Record<string, AddressClass>> = {
  unicast: 'public',
  loopback: 'loopback',
  private: 'private',
  carrierGradeNat: 'private',
  uniqueLocal: 'private',
  deprecatedSiteLocal: 'private',
  linkLocal: 'link-local',
};

/** Today's global unicast block. Addresses outside it are unassigned, or forms such as ::127.0.0.1 that hide an IPv4 address. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');
const nat64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

/**
 * Parses an address and unwraps an IPv4 address mapped (::ffff:0:0/96) or translated (NAT64, 64:ff9b::/96: what resolvers of
 * IPv6-only networks answer for IPv4 hosts) into IPv6. Null when it is no address.
 */
export function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  const bare = text.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '');
  if (!ipaddr.isValid(bare)) return null;
  const address = ipaddr.process(bare);
  if (address.kind() === 'ipv6' && (address as ipaddr.IPv6).match(nat64)) return new ipaddr.IPv4(address.toByteArray().slice(12));
  return address;
}

/** Says what kind of place an address is; text that is no address is `special`. */
export function classifyAddress(text: string): AddressClass {
  const address = parseAddress(text);
  if (address === null) return 'special';
  if (metadataAddresses.has(address.toString())) return 'metadata';
  if (address.kind() === 'ipv6' && address.range() === 'unicast' && !(address as ipaddr.IPv6).match(globalUnicast)) return 'special';
  return byRange[address.range()] ?? 'special';
}

import type { Settings } from '#kernel/index.ts';
import ipaddr from 'ipaddr.js';
import { clientAddressRefused } from '../errors.ts';
import { mcpIpFiltering, mcpIpPolicy, mcpIpRanges } from '../settings.ts';

/** Lets clients in by the address of their connection. @returns a check that throws MCP_ADDRESS_REFUSED */
export function addressFilter(settings: Settings): (address: string) => void {
  if (!settings.get(mcpIpFiltering)) return () => {};
  const isOpen = settings.get(mcpIpPolicy) === 'allow';
  const ranges = settings.get(mcpIpRanges).map((range) => {
    if (range.includes('/')) return ipaddr.parseCIDR(range);
    const one = ipaddr.parse(range);
    return [one, one.kind() === 'ipv4' ? 32 : 128] as const;
  });
  return (address) => {
    const isNamed =
      ipaddr.isValid(address) &&
      ranges.some(([start, bits]) => {
        // Connections of IPv4 arrive on a socket for both as ::ffff:10.0.0.1.
        const from = ipaddr.process(address);
        return from.kind() === start.kind() && from.match(start, bits);
      });
    if (!isNamed && !isOpen) throw clientAddressRefused({ address });
  };
}

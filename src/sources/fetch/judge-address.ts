import { isIP } from 'node:net';
import { BlockedAddress, classifyAddress, type AddressGuard } from '#engine/index.ts';
import { sourceAddressRefused, sourceUnreachable } from '../errors.ts';

/**
 * Judges where an address of the web leads, for what somebody added through the server.
 * @returns the address it leads to, to connect to that one and no other
 * @throws SOURCE_ADDRESS_REFUSED, SOURCE_UNREACHABLE
 */
export async function judgeAddress(guard: AddressGuard, host: string, isEncrypted: boolean, address: string): Promise<string> {
  let found: readonly { readonly address: string }[];
  try {
    guard.checkHost(new URL(`http://${host.includes(':') ? `[${host}]` : host}/`), false);
    found = isIP(host) === 0 ? await guard.resolve(host, false) : [{ address: host }];
  } catch (error) {
    if (error instanceof BlockedAddress) throw sourceAddressRefused({ address, reason: error.message }, error);
    throw sourceUnreachable({ address, reason: `${host} has no address (${(error as NodeJS.ErrnoException).code ?? 'unknown'})` }, error);
  }
  const [first] = found;
  if (!first) throw sourceUnreachable({ address, reason: `${host} has no address` });
  if (!isEncrypted && found.some((one) => classifyAddress(one.address) === 'public')) {
    throw sourceAddressRefused({ address, reason: 'it is not encrypted, so anybody on the way could put other code in its place' });
  }
  return first.address;
}

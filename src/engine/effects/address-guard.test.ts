import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyAddress } from './address-class.ts';
import { createAddressGuard, type AddressGuardOptions } from './address-guard.ts';
import { BlockedAddress } from './blocked-address.ts';

function guard(options: Partial<AddressGuardOptions> = {}) {
  return createAddressGuard({ allowLoopback: false, allowed: [], ...options });
}

function isBlocked(address: string, options: Partial<AddressGuardOptions> = {}, isOpened = false): boolean {
  try {
    guard(options).checkAddress(address, address, isOpened);
    return false;
  } catch (error) {
    expect(error).toBeInstanceOf(BlockedAddress);
    return true;
  }
}

describe('the class of an address', () => {
  it.each([
    ['8.8.8.8', 'public'],
    ['2606:4700:4700::1111', 'public'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['::1', 'loopback'],
    ['[::1]', 'loopback'],
    ['0.0.0.0', 'special'],
    ['0.1.2.3', 'special'],
    ['::', 'special'],
    ['10.1.2.3', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['172.32.0.1', 'public'],
    ['192.168.1.1', 'private'],
    ['100.64.0.1', 'private'],
    ['fd12:3456::1', 'private'],
    ['fec0::1', 'private'],
    ['169.254.1.1', 'link-local'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local'],
    ['169.254.169.254', 'metadata'],
    ['169.254.170.2', 'metadata'],
    ['100.100.100.200', 'metadata'],
    ['168.63.129.16', 'metadata'],
    ['fd00:ec2::254', 'metadata'],
    ['FD00:0EC2:0::0254', 'metadata'],
    ['224.0.0.1', 'special'],
    ['255.255.255.255', 'special'],
    ['240.0.0.1', 'special'],
    ['192.0.2.1', 'special'],
    ['198.51.100.1', 'special'],
    ['203.0.113.1', 'special'],
    ['198.18.0.1', 'special'],
    ['ff02::1', 'special'],
    ['2001:db8::1', 'special'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:a9fe:a9fe', 'metadata'],
    ['::ffff:10.0.0.1', 'private'],
    ['::127.0.0.1', 'loopback'],
    ['::7f00:1', 'special'],
    ['64:ff9b::127.0.0.1', 'loopback'],
    ['64:ff9b::169.254.169.254', 'metadata'],
    ['64:ff9b::8.8.8.8', 'public'],
    ['64:ff9b:1::10.0.0.1', 'special'],
    ['2002:7f00:1::', 'special'],
    ['2001:0:4136:e378:8000:63bf:3fff:fdd2', 'special'],
    ['::ffff:0:127.0.0.1', 'special'],
    ['4000::1', 'special'],
    ['not an address', 'special'],
    ['', 'special'],
  ])('%s is %s', (address, expected) => {
    expect(classifyAddress(address)).toBe(expected);
  });

  it('is the same for an IPv4 address and its mapped and translated forms', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(classifyAddress(`::ffff:${address}`)).toBe(classifyAddress(address));
        expect(classifyAddress(`64:ff9b::${address}`)).toBe(classifyAddress(address));
      }),
    );
  });

  it('never throws, whatever the text', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.ipV6()), (text) => void classifyAddress(text)));
  });
});

describe('the address guard', () => {
  it.each(['127.0.0.1', '::1', '10.0.0.1', '169.254.169.254', 'fe80::1', '0.0.0.0', '100.64.0.1', '224.0.0.1'])('blocks %s', (address) => {
    expect(isBlocked(address)).toBe(true);
  });

  it('lets loopback through in development, and nothing else', () => {
    expect(isBlocked('127.0.0.1', { allowLoopback: true })).toBe(false);
    expect(isBlocked('::1', { allowLoopback: true })).toBe(false);
    for (const address of ['10.0.0.1', '169.254.169.254', '0.0.0.0', 'fe80::1'])
      expect(isBlocked(address, { allowLoopback: true })).toBe(true);
  });

  it('lets a trusted list open loopback and private addresses, never link-local or metadata ones', () => {
    for (const address of ['127.0.0.1', '10.0.0.1', 'fd12::1']) expect(isBlocked(address, {}, true)).toBe(false);
    for (const address of ['169.254.169.254', '169.254.7.7', 'fd00:ec2::254', '100.100.100.200', '168.63.129.16', '224.0.0.1', 'fe80::1']) {
      expect(isBlocked(address, {}, true)).toBe(true);
    }
  });

  it("lets the operator's ranges open what they cover", () => {
    expect(isBlocked('10.1.2.3', { allowed: ['10.1.0.0/16'] })).toBe(false);
    expect(isBlocked('::ffff:10.1.2.3', { allowed: ['10.1.0.0/16'] })).toBe(false);
    expect(isBlocked('10.2.0.1', { allowed: ['10.1.0.0/16'] })).toBe(true);
    expect(isBlocked('fd12::1', { allowed: ['fd12::/48', '10.0.0.0/8'] })).toBe(false);
  });

  it('opens a metadata address only where the operator names it by itself', () => {
    expect(isBlocked('169.254.169.254', { allowed: ['0.0.0.0/0', '169.254.0.0/16'] })).toBe(true);
    expect(isBlocked('169.254.169.254', { allowed: ['169.254.169.254'] })).toBe(false);
    expect(isBlocked('169.254.169.254', { allowed: ['169.254.169.254/32'] })).toBe(false);
  });

  it.each([
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '0177.0.0.1',
    '127.1',
    '127.0.0.1.',
    '[::ffff:7f00:1]',
    '[0:0:0:0:0:0:0:1]',
    '\u2460\u2461\u2466.0.0.1',
  ])('recognises loopback written as %s', (host) => {
    expect(() => guard().checkHost(new URL(`http://${host}/`), false)).toThrow(BlockedAddress);
  });

  it('blocks the names of metadata services without asking a name server', () => {
    for (const name of ['metadata.google.internal', 'METADATA.google.internal.']) {
      expect(() => guard({ allowLoopback: true }).checkHost(new URL(`http://${name}/`), true)).toThrow('metadata');
    }
  });

  it('forbids a name one of whose addresses is forbidden', async () => {
    const resolve = async () => [
      { address: '93.184.215.14', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ];
    await expect(guard({ resolve }).resolve('mixed.test', false)).rejects.toThrow('mixed.test leads to 127.0.0.1, a loopback address');
  });
});

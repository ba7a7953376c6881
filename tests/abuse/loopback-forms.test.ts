import { expect } from 'vitest';
import { attack } from './attack.ts';
import { asksFor, hostileNetwork } from './hostile-network.ts';

// One address has dozens of spellings, and filters that compare text miss most of them.
const net = hostileNetwork();
for (const [name, hosts] of [
  [
    'dotted, short, zero and named',
    [
      '127.0.0.1',
      '127.1',
      '127.0.1',
      '127.255.255.254',
      '0.0.0.0',
      '0',
      'localhost',
      'LOCALHOST',
      'localhost.',
      'a.localhost',
      '127.0.0.1.',
    ],
  ],
  [
    'decimal, hexadecimal and octal',
    ['2130706433', '0x7f000001', '0x7f.1', '0177.0.0.1', '017700000001', '0x7F.0x0.0x0.0x1', '00000177.1'],
  ],
  [
    'IPv6, mapped, translated and with a zone',
    [
      '[::1]',
      '[::]',
      '[0:0:0:0:0:0:0:1]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[::127.0.0.1]',
      '[64:ff9b::7f00:1]',
      '[2002:7f00:1::]',
      '[fe80::1]',
      '[fd00::1]',
    ],
  ],
  ['full-width, circled and with soft hyphens', ['１２７.０.０.１', '①②⑦.⓪.⓪.①', 'loc\u00adalhost', '127。0。0。1', 'ⓛocalhost']],
  ['percent-encoded', ['%31%32%37.0.0.1', '127.0.0%2e1', 'local%68ost']],
] as const) {
  attack({
    name: `loopback written ${name}`,
    code: asksFor(`${JSON.stringify(hosts)}.map((host) => 'http://' + host + ':' + port + '/json')`),
    input: net.input,
    effects: net.effects,
    limits: { wallMs: 8_000 },
    expect: ({ output }) => {
      expect(new Set(Object.values(output as object))).toEqual(new Set(['NetworkError']));
      expect(net.stub.requests).toEqual([]);
    },
  });
}

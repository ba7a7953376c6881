import { expect } from 'vitest';
import { attack } from './attack.ts';
import { asksFor, hostileNetwork } from './hostile-network.ts';

// Clouds hand out credentials to whoever can ask these addresses. They stay closed even where lists of tasks are trusted.
const hosts = [
  '169.254.169.254',
  '2852039166',
  '0xa9fea9fe',
  '[::ffff:169.254.169.254]',
  '[fd00:ec2::254]',
  '169.254.170.2',
  '100.100.100.200',
  'metadata.google.internal',
  'metadata.google.internal.',
];
const net = hostileNetwork({ profile: 'development', network: hosts, settings: { 'network.trust_task_lists': true } });
attack({
  name: 'addresses of cloud metadata',
  code: asksFor(
    `${JSON.stringify(hosts)}.map((host) => 'http://' + host + '/latest/meta-data/')`,
    "{ headers: { 'metadata-flavor': 'Google' } }",
  ),
  effects: net.effects,
  limits: { wallMs: 8_000 },
  expect: ({ output }) => expect(new Set(Object.values(output as object))).toEqual(new Set(['NetworkError'])),
});

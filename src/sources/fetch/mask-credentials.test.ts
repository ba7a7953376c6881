import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskCredentials, maskSecrets } from './mask-credentials.ts';

describe('credentials in a text', () => {
  it.each([
    ['https://ada:secret@example.org/x', 'https://***@example.org/x'],
    ["fatal: unable to access 'https://token@example.org/x.git/': no", "fatal: unable to access 'https://***@example.org/x.git/': no"],
    ['ssh://git:p@ss@example.org:22/x and http://a:b@c', 'ssh://***@example.org:22/x and http://***@c'],
    ['https://example.org/@scope/x', 'https://example.org/@scope/x'],
    ['git@example.org:x', 'git@example.org:x'],
  ])('%s is shown as %s', (text, shown) => {
    expect(maskCredentials(text)).toBe(shown);
  });

  it('are gone wherever a known one stands, as it is and as a URL spells it', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 6, maxLength: 30 }), fc.string(), fc.string(), (secret, before, after) => {
        const shown = maskSecrets(`${before}${secret}${after} ${encodeURIComponent(secret)}`, [secret]);
        fc.pre(!'***'.includes(secret) && !`${before}***${after}`.includes(secret));
        expect(shown.includes(secret)).toBe(false);
        expect(shown.includes(encodeURIComponent(secret))).toBe(false);
      }),
    );
  });
});

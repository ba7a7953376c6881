import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeholderFor, sameButForSecrets } from './placeholder.ts';

describe('comparing with what was masked', () => {
  it.each([
    ['equal texts', 'abc', 'abc', true],
    ['different texts', 'abc', 'abd', false],
    ['a secret in the middle', 'key=__secret_key__&n=1', 'key=anything&n=1', true],
    ['a secret at the end', 'Bearer __secret_token__', 'Bearer x.y.z', true],
    ['an empty secret', 'a__secret_x__b', 'ab', true],
    ['two secrets', '__secret_a__-__secret_b__', '1-2', true],
    ['another text around a secret', 'key=__secret_key__&n=1', 'key=anything&n=2', false],
    ['a missing piece between secrets', '__secret_a__--__secret_b__', '1-2', false],
    ['a beginning and an end that overlap', 'ab__secret_x__ba', 'aba', false],
    ['a place holder only in what came', 'key=1', 'key=__secret_key__', false],
  ])('%s', (_name, recorded, got, expected) => {
    expect(sameButForSecrets(recorded, got)).toBe(expected);
  });

  it('accepts any value in the place of a secret, whatever the text holds', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 2, maxLength: 4 }), fc.string(), (pieces, value) => {
        expect(sameButForSecrets(pieces.join(placeholderFor('a b')), pieces.join(value))).toBe(true);
      }),
    );
  });
});

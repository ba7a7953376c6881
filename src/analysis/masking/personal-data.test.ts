import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPersonalData } from './personal-data.ts';

const masked = (text: string) => createPersonalData().text(text);

describe('personal data in a text', () => {
  it.each([
    ['no customer ada.lovelace+test@mail.example.co.uk', 'no customer [email 1]'],
    ['from a@b.de to c@d.org, again A@B.de', 'from [email 1] to [email 2], again [email 1]'],
    ['call +49 171 1234567 now', 'call [phone 1] now'],
    ['call +1 (555) 123-4567', 'call [phone 1]'],
    ['call (030) 1234 5678', 'call [phone 1]'],
    ['call 555-123-4567.', 'call [phone 1].'],
    ['card 4111 1111 1111 1111 refused', 'card [card 1] refused'],
    ['card 4111-1111-1111-1111 and 4111111111111111', 'card [card 1] and [card 1]'],
    ['amex 378282246310005', 'amex [card 1]'],
    ['to DE89 3704 0044 0532 0130 00', 'to [iban 1]'],
    ['to GB82WEST12345698765432', 'to [iban 1]'],
    [`const apiKey = 'hunter2-hunter2';`, `const apiKey = '[secret]';`],
    [`{"db_password": "correct horse"}`, `{"db_password": "[secret]"}`],
  ])('is masked: %s', (text, expected) => {
    expect(masked(text)).toBe(expected);
  });

  it.each([
    'at main.js:12:34',
    '2026-11-21T17:38:43.123Z',
    'on 2026-11-21 at 17:38:43',
    'took 1234567 ms, 12345678901 bytes',
    'at 1763746723123',
    '550e8400-e29b-41d4-a716-446655440000',
    '01890a5d-ac96-774b-bcce-b302099a8057',
    'card 4111 1111 1111 1112 is none',
    'version 10.11.12-13',
    '127.0.0.1:8080 and 192.168.100.200',
    'sha256 3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b',
    'user@host is no address of mail',
    'DE89 3704 0044 0532 0130 01 has a wrong check',
    '1,234,567.89 of 9,999,999.99',
    'items[1234567890]',
    'token = next()',
    'HTTP 404: Not Found (https://api.example.com/users/1234567?page=12)',
  ])('is not seen in: %s', (text) => {
    expect(masked(text)).toBe(text);
  });

  it('is found inside values, and under the names of what is personal', () => {
    const value = { Email: 'somebody', mail: 'X@y.example', phone_number: 1234567, order: { to: ['x@y.example'] }, count: 5, empty: '' };
    expect(createPersonalData().value(value)).toEqual({
      Email: '[personal 1]',
      mail: '[email 1]',
      phone_number: '[personal 2]',
      order: { to: ['[email 1]'] },
      count: 5,
      empty: '',
    });
  });

  it('takes time in proportion to the text, whatever it is made of', () => {
    for (const piece of ['a', '1', '1 ', '@', 'a@a.', '+1 ', 'password = "', 'DE89 ', '(1', 'a.a.']) {
      const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
      const before = process.threadCpuUsage();
      masked(text);
      const { user, system } = process.threadCpuUsage(before);
      expect({ piece, isQuick: (user + system) / 1_000 < 2_000 }).toEqual({ piece, isQuick: true });
    }
  });

  it('is masked once: what is masked is left alone', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.emailAddress(), fc.constantFrom(' 4111111111111111 ', ' +49 171 1234567 ', 'secret="abcdef"'))),
        (parts) => {
          const once = masked(parts.join(' '));
          expect(masked(once)).toBe(once);
          expect(once).not.toContain('4111111111111111');
        },
      ),
    );
  });
});

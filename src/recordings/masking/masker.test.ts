import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Masker } from './masker.ts';
import { namesMarkedSecret, secretNames } from './secret-names.ts';

const masker = (more: string[] = []) => new Masker(secretNames(more));
const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const text = (body: Uint8Array) => Buffer.from(body).toString();

describe('masking', () => {
  it.each(['password', 'API-Key', 'client_secret', 'accessToken', 'X-Auth-Token', 'Authorization', 'appid', 'refresh_token', 'Set-Cookie'])(
    'knows %s for a secret by its name',
    (name) => {
      const one = masker();
      one.learnText(JSON.stringify({ [name]: 'hunter22' }));
      expect(one.text('the value hunter22 appears')).toBe(`the value __secret_${name.replaceAll('-', '_')}__ appears`);
    },
  );

  it.each(['name', 'author', 'passenger', 'tokenizer_size', 'key', 'pinned'])(
    'does not take %s for one when its value is no string',
    (name) => {
      const one = masker();
      one.learnText(JSON.stringify({ [name]: 12345 }));
      expect(one.names).toEqual([]);
    },
  );

  it('finds a secret again in every form it takes', () => {
    const one = masker();
    const secret = 'p+ä/"ß 9';
    one.learnText(JSON.stringify({ password: secret }));
    const forms = [
      secret,
      JSON.stringify({ note: secret }),
      `https://a.test/?q=${encodeURIComponent(secret)}`,
      new URLSearchParams({ other: secret }).toString(),
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('base64url'),
    ];
    for (const form of forms) {
      const masked = one.text(form);
      expect(masked).toContain('__secret_password__');
      expect(decodeURIComponent(masked)).not.toContain(secret);
    }
  });

  it('masks a short secret in its own place and leaves the same letters alone elsewhere', () => {
    const one = masker();
    one.learnText('{"pin":"12","count":"12"}');
    expect(one.text('{"pin":"12","count":"12"}')).toBe('{"pin":"__secret_pin__","count":"12"}');
    one.learnUrl('https://a.test/?pin=7&page=7');
    expect(one.url('https://a.test/?pin=7&page=7')).toBe('https://a.test/?pin=__secret_pin_2__&page=7');
    one.learnBytes(bytes('pin=345&x=345'));
    expect(text(one.bytes(bytes('pin=345&x=345')))).toBe('pin=__secret_pin_3__&x=345');
  });

  it('masks credentials and keeps the scheme, cookies and their names', () => {
    const one = masker();
    const headers = [
      ['authorization', 'Bearer abc.def-123'],
      ['cookie', 'session=s3cr3t; theme=dark'],
      ['set-cookie', 'id=abcdef; Path=/; HttpOnly'],
      ['x-api-key', 'k-1234567'],
      ['accept', 'application/json'],
    ] as const;
    one.learnHeaders(headers);
    expect(one.headers(headers)).toEqual([
      ['authorization', 'Bearer __secret_authorization__'],
      ['cookie', 'session=__secret_cookie_session__; theme=__secret_cookie_theme__'],
      ['set-cookie', 'id=__secret_cookie_id__; Path=/; HttpOnly'],
      ['x-api-key', '__secret_x_api_key__'],
      ['accept', 'application/json'],
    ]);
  });

  it('finds the password inside basic credentials where it appears alone', () => {
    const one = masker();
    one.learnHeaders([['authorization', `Basic ${Buffer.from('bob:open sesame').toString('base64')}`]]);
    expect(one.text('bob said open sesame')).toBe('bob said __secret_authorization_password__');
  });

  it.each([
    ['a JSON Web Token', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVP'],
    ['a cloud key', 'AKIAIOSFODNN7EXAMPLE'],
    ['a key with a known beginning', 'sk-live-abcdefghijklmnopqrstuvwx'],
    ['a private key', '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----'],
  ])('knows %s by its looks', (_name, secret) => {
    const one = masker();
    one.learnText(`found ${secret} in a log line`);
    expect(one.text(`found ${secret} in a log line`)).not.toContain(secret);
  });

  it('masks the password of a URL', () => {
    const one = masker();
    one.learnText('connecting to postgres://bob:hunter22@db/x');
    expect(one.text('connecting to postgres://bob:hunter22@db/x')).toBe('connecting to postgres://bob:__secret_url_password__@db/x');
  });

  it('takes every field of an object of secrets, and in other objects each field by its own name', () => {
    const one = masker();
    one.learnText(JSON.stringify({ secrets: { db: 'dbpass', mail: ['mail1', 'mail2'] }, auth: { type: 'Bearer', token: 'tttttt' } }));
    expect(one.text('dbpass mail1 mail2 Bearer tttttt')).toBe(
      '__secret_secrets__ __secret_secrets_2__ __secret_secrets_3__ Bearer __secret_token__',
    );
  });

  it('leaves place holders as they are, so that masking twice changes nothing', () => {
    const one = masker();
    one.learnText('{"password":"__secret_password__"}');
    expect(one.names).toEqual([]);
    expect(one.text('{"password":"__secret_password__"}')).toBe('{"password":"__secret_password__"}');
  });

  it('leaves bytes that are no text alone', () => {
    const one = masker();
    one.learn('key', 'abcd');
    const body = new Uint8Array([0xff, 0xfe, 0x61, 0x62, 0x63, 0x64]);
    expect(one.bytes(body)).toBe(body);
  });

  it('leaves JSON as JSON, whatever a secret looks like', () => {
    const read = (json: string): unknown => {
      const one = masker();
      one.learnText(json);
      return JSON.parse(one.json(json));
    };
    expect(read('{"password":"\\",\\"b","a":"x","b":"\\",\\"b again"}')).toEqual({
      password: '__secret_password__',
      a: 'x',
      b: '__secret_password__ again',
    });
    expect(read('{"pin":"12","of":"12 apples","://":0,"!@":""}')).toMatchObject({ pin: '__secret_pin__', of: '12 apples' });
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ minLength: 4 }), (value, secret) => {
        const json = JSON.stringify({ token: secret, value, again: [secret] });
        expect(read(json)).toMatchObject({ token: expect.stringMatching(/^__secret_/), again: [expect.stringContaining('__secret_')] });
      }),
    );
  });

  it('takes names from the configuration and from a schema', () => {
    const schema = {
      type: 'object',
      properties: { code: { type: 'string', writeOnly: true }, deep: { properties: { phrase: { format: 'password' } } } },
    };
    expect(namesMarkedSecret(schema)).toEqual(['code', 'phrase']);
    const one = masker([...namesMarkedSecret(schema), 'Kunden-Nummer']);
    one.learnText('{"code":"c0de","phrase":"open","kundennummer":"99887"}');
    expect(one.text('c0de open 99887')).not.toMatch(/c0de|open|99887/);
  });
});

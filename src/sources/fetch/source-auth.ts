import { z } from 'zod';

const secret = z
  .string()
  .min(1)
  .max(100_000)
  // oxlint-disable-next-line no-control-regex
  .regex(/^[^\u0000-\u001f\u007f]+$/, 'holds a line break or another control character');

const userName = secret.max(200);

/** Credentials of a source, as the configuration spells them under `registry.auth.<name>`. */
export const SourceAuth = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.enum(['git_token', 'token']).transform(() => 'token' as const),
    token: secret,
    /** Most hosts take any name beside a token. */
    username: userName.default('x-access-token'),
  }),
  z.strictObject({ type: z.literal('bearer'), token: secret }),
  z.strictObject({ type: z.literal('basic'), username: userName, password: secret }),
  z.strictObject({
    type: z.literal('api_key'),
    header: z
      .string()
      .regex(/^[\w!#$%&'*+.^`|~-]+$/, 'is no name of a header')
      .default('X-API-Key'),
    key: secret,
  }),
  z
    .strictObject({
      type: z.literal('ssh_key'),
      /** The key itself, or the file that holds it. */
      private_key: z.string().max(100_000).optional(),
      private_key_file: z.string().max(4_000).optional(),
      /** Lines of a known_hosts file: the keys that the host may show. Absent: those that this machine's user knows. */
      known_hosts: z.string().max(1_000_000).optional(),
      /** `accept_new` believes a host the first time and remembers its key. */
      host_keys: z.enum(['strict', 'accept_new']).default('strict'),
    })
    .refine(
      (auth) => (auth.private_key === undefined) !== (auth.private_key_file === undefined),
      'needs private_key or private_key_file, and not both',
    ),
]);
export type SourceAuth = z.output<typeof SourceAuth>;

/** What must never be shown. */
export function secretsOf(auth: SourceAuth | null): readonly string[] {
  switch (auth?.type) {
    case 'token':
      return [auth.token, basicOf(auth.username, auth.token)];
    case 'bearer':
      return [auth.token];
    case 'basic':
      return [auth.password, basicOf(auth.username, auth.password)];
    case 'api_key':
      return [auth.key];
    case 'ssh_key':
      return auth.private_key === undefined ? [] : [auth.private_key];
    case undefined:
      return [];
  }
}

/** What stands behind `Basic` in an Authorization header. */
export function basicOf(username: string, password: string): string {
  return Buffer.from(`${username}:${password}`).toString('base64');
}

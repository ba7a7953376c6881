/** A name that holds one of these holds a secret. */
const parts = ['password', 'passwd', 'passphrase', 'secret', 'token', 'apikey', 'accesskey', 'privatekey', 'credential', 'authorization'];
/** These are secrets when they are the whole name; as a part of one they mean too much else. */
const wholes = [
  'pwd',
  'pass',
  'auth',
  'jwt',
  'otp',
  'pin',
  'sig',
  'signature',
  'appid',
  'cookie',
  'setcookie',
  'sessionid',
  'sid',
  'bearer',
];

/** Tells by its name whether a field, header or parameter holds a secret. */
export type IsSecretName = (name: string) => boolean;

/** @param more names that count as well, from the configuration or from a task's schema */
export function secretNames(more: Iterable<string> = []): IsSecretName {
  const known = new Set([...wholes, ...[...more].map(plain)]);
  return (name) => {
    const bare = plain(name);
    return known.has(bare) || parts.some((part) => bare.includes(part));
  };
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.\s]/g, '');
}

/** Names that a JSON Schema marks as secret: `writeOnly`, or `format: password`. */
export function namesMarkedSecret(schema: unknown): string[] {
  const names: string[] = [];
  const walk = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > 50) return;
    const { properties } = value as { properties?: unknown };
    if (typeof properties === 'object' && properties !== null) {
      for (const [name, field] of Object.entries(properties)) {
        const { writeOnly, format } = (typeof field === 'object' && field !== null ? field : {}) as {
          writeOnly?: unknown;
          format?: unknown;
        };
        if (writeOnly === true || format === 'password') names.push(name);
      }
    }
    for (const inner of Object.values(value)) walk(inner, depth + 1);
  };
  walk(schema, 0);
  return names;
}

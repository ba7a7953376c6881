import type { Setting } from '#kernel/index.ts';
import { secretNames } from '#recordings/index.ts';
import type { ConfigFile, FilePart } from './config-file.ts';
import { saidIn } from './load-settings.ts';

/** Keys under which a configuration file, or a profile in it, holds a secret as it is and not as `${NAME}`. */
export function secretsInFile(file: ConfigFile, all: readonly Setting[]): string[] {
  const isSecret = secretNames();
  const parts: [string, FilePart][] = [
    ['', file],
    ...file.profiles.map((name): [string, FilePart] => [`profiles.${name}.`, file.profilePart(name)!]),
  ];
  const found = parts.flatMap(([prefix, part]) =>
    all.flatMap((one) =>
      saidIn(one, part).flatMap(({ key, value }) => {
        const isWhole = one.isSecret === true && typeof value === 'string' && !isAddress(value);
        return (isWhole ? isPlainly(value) : holdsSecret(value, (name) => isSecret(name) || name === 'key')) ? [`${prefix}${key}`] : [];
      }),
    ),
  );
  return [...new Set(found)];
}

/** An address is a secret for the password in it. */
const isAddress = (text: string) => /^[a-z][a-z0-9+.-]*:/i.test(text);
const isVariable = (text: string) => text.includes('${');

/** Whether any text of a value stands there as it is. */
function isPlainly(value: unknown): boolean {
  if (typeof value === 'string') return value !== '' && !isVariable(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(isPlainly);
}

/** Tokens beside a source, and passwords in its address. */
function holdsSecret(value: unknown, isSecret: (name: string) => boolean): boolean {
  if (typeof value === 'string') return /\/\/[^/:@\s]*:(?!\$\{)[^/@\s]+@/.test(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, inner]) =>
    typeof inner === 'string' && isSecret(name) && !/_(?:name|file|type)$/.test(name) ? isPlainly(inner) : holdsSecret(inner, isSecret),
  );
}

import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bareSource, type SourceSpec } from './configured-source.ts';
import type { Repository } from './repository.ts';

/** A source that the configuration or the command line says. */
export interface DeclaredSource {
  readonly spec: SourceSpec;
  readonly origin: 'config' | 'command';
}

/**
 * All sources that were said at the start. Those of the command line have no names of their own: they are called like their last part, the
 * same at every start, and with a number behind it where another one is called so.
 * @param named paths and addresses @param known the sources that are written down
 * @throws SOURCE_URI_INVALID
 */
export function declaredSources(
  configured: readonly SourceSpec[],
  named: readonly string[],
  known: readonly Pick<Repository, 'name' | 'uri' | 'origin'>[],
): DeclaredSource[] {
  const declared: DeclaredSource[] = [];
  const names = new Set<string>();
  for (const spec of configured) {
    names.add(spec.name);
    declared.push({ spec, origin: 'config' });
  }
  const uris = new Set<string>();
  for (const uri of named) {
    const spec = bareSource('unnamed', uri);
    const whole = spec.address.kind === 'filesystem' ? pathToFileURL(spec.address.path).href : spec.address.uri;
    if (uris.has(whole)) continue;
    uris.add(whole);
    const before = known.find((one) => one.origin === 'command' && one.uri === whole && !names.has(one.name));
    const name = before?.name ?? freeName(nameOf(spec), (wanted) => names.has(wanted) || known.some((one) => one.name === wanted));
    names.add(name);
    declared.push({ spec: { ...spec, name }, origin: 'command' });
  }
  return declared;
}

function nameOf({ address }: SourceSpec): string {
  const path = address.kind === 'filesystem' ? address.path : address.uri.replace(/[/\\]+$/, '');
  const last = basename(path).replace(/\.(git|zip)$/i, '');
  const name = last
    .replaceAll(/[^a-zA-Z0-9._-]+/g, '-')
    .replace(/^[^a-zA-Z0-9]+/, '')
    .slice(0, 80);
  return name === '' || /^\d+$/.test(name) ? `source-${name || 'root'}` : name;
}

function freeName(wanted: string, isTaken: (name: string) => boolean): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted}-${number}`;
    if (!isTaken(name)) return name;
  }
}

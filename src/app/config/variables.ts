import { readFileSync } from 'node:fs';
import { nearestOf } from './nearest.ts';

/** Variables that begin with RATCHET_ and are no settings. */
export const otherVariables: Readonly<Record<string, string>> = {
  RATCHET_CONFIG: 'The configuration file, where --config is not given.',
  RATCHET_PROFILE: 'The profile, where --profile is not given.',
  RATCHET_SERVER: 'The server that commands such as `ratchet job` ask, where --server is not given.',
  RATCHET_TOKEN: 'What those commands prove themselves with to that server.',
  RATCHET_LAUNCHER_PID: 'The process that started this one; set by the launcher.',
  RATCHET_INSTALL_DIR: 'Where an installation script put the program; read by nothing here.',
};

/** Aids of our own tests and measurements. */
const ofTests = /^RATCHET_(?:TEST|FUZZ|CRASH|CRON|BENCH|SIMULATION)_/;

/** `ratchet_service_host`, `ratchet_server_port_8080_tcp_addr`: what Kubernetes sets for services whose name begins with ratchet. */
const injectedName =
  /^RATCHET(?:_[A-Z0-9]+)*?_(?:SERVICE_HOST|SERVICE_PORT(?:_[A-Z0-9_]+)?|PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)$/;

/** Whether a variable was set by Kubernetes for one of its services and not by a person for us. */
export function isInjected(name: string, value: string): boolean {
  return injectedName.test(name) || (/^RATCHET(?:_[A-Z0-9]+)*_PORT$/.test(name) && /^(?:tcp|udp|sctp):\/\//i.test(value));
}

export interface VariableValue {
  /** The variable, such as `RATCHET_HTTP_TIMEOUT` or `RATCHET_HTTP_PROXY_FILE`. */
  readonly name: string;
  readonly value: string;
}

const mostFileBytes = 1024 * 1024;

/**
 * The first of these variables that is set. Empty ones count as not set: that is how shells and compose files say so.
 * `NAME_FILE` names a file whose text is the value, for secrets that a platform mounts.
 * @throws what `refuse` makes of a file that cannot be read, or of a value given in both ways
 */
export function variableOf(
  names: readonly string[],
  env: NodeJS.ProcessEnv,
  refuse: (name: string, problem: string) => Error,
): VariableValue | undefined {
  for (const name of names) {
    const value = env[name];
    const isSet = value !== undefined && value !== '' && !isInjected(name, value);
    const file = env[`${name}_FILE`];
    if (file === undefined || file === '') {
      if (isSet) return { name, value };
      continue;
    }
    if (isSet) throw refuse(name, `${name}_FILE is set as well: keep one of them`);
    return { name: `${name}_FILE`, value: textOf(file, (problem) => refuse(`${name}_FILE=${file}`, problem)) };
  }
  return undefined;
}

function textOf(file: string, refuse: (problem: string) => Error): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (caught) {
    throw refuse(caught instanceof Error ? caught.message : String(caught));
  }
  if (text.length > mostFileBytes) throw refuse('the file is larger than 1 MB');
  return text.replace(/\r?\n$/, '');
}

/** Variables that begin with RATCHET_ and mean nothing, with the one that was probably meant. */
export function strangeVariables(env: NodeJS.ProcessEnv, known: ReadonlySet<string>): { name: string; near: string | null }[] {
  const isKnown = (name: string) => known.has(name) || Object.hasOwn(otherVariables, name);
  return Object.entries(env).flatMap(([name, value = '']) => {
    if (!name.startsWith('RATCHET_') || ofTests.test(name) || isInjected(name, value)) return [];
    if (isKnown(name) || (name.endsWith('_FILE') && isKnown(name.slice(0, -'_FILE'.length)))) return [];
    return [{ name, near: nearestOf(name, [...known, ...Object.keys(otherVariables)]) }];
  });
}

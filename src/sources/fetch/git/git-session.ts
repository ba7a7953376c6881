import { join } from 'node:path';
import type { AddressGuard } from '#engine/index.ts';
import { gitMissing, sourceAddressRefused, sourceAuthInvalid } from '../../errors.ts';
import type { Reach } from '../fetcher.ts';
import { judgeAddress } from '../judge-address.ts';
import { secretsOf, type SourceAuth } from '../source-auth.ts';
import type { GitAddress } from '../source-address.ts';
import { writeGitConfig } from './git-config.ts';
import { gitFailure } from './git-failure.ts';
import { runGit, type GitEnd, type GitRun } from './run-git.ts';
import { sshCommand } from './ssh-command.ts';

export interface GitSessionOptions {
  readonly address: GitAddress;
  readonly auth: SourceAuth | null;
  readonly reach: Reach;
  /** Where configuration, keys and known hosts lie: the folder of all fetched sources. */
  readonly folder: string;
  readonly guard: AddressGuard;
  /** What this process was started with: proxies, certificates and the agent are taken from it. */
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** Git, made ready for one address: its credentials, its rules, its end. */
export interface GitSession {
  readonly address: GitAddress;
  readonly signal: AbortSignal;
  /**
   * Runs git to its end, whatever that is. `more` is added to the environment.
   * @throws GIT_MISSING, the reason of the signal
   */
  run(args: readonly string[], more?: Partial<GitRun>): Promise<GitEnd>;
  /**
   * The same, and anything but success is an error.
   * @throws what git's words say: SOURCE_UNREACHABLE, SOURCE_NOT_FOUND, SOURCE_AUTH_FAILED, ..., else SOURCE_FETCH_FAILED
   */
  must(args: readonly string[], more?: Partial<GitRun>): Promise<GitEnd>;
  failure(end: GitEnd): Error;
}

/**
 * Makes git ready for an address, and tidies up after `use`: the key that lay on the disk for ssh. Secrets reach git in its environment, never as
 * arguments, which everybody on the machine can read, and never in a file that stays.
 * @throws SOURCE_AUTH_INVALID, SOURCE_ADDRESS_REFUSED, GIT_MISSING, and what `use` throws
 */
export async function withGit<T>(options: GitSessionOptions, use: (git: GitSession) => Promise<T>): Promise<T> {
  const { address, auth, reach, folder, guard, signal } = options;
  fitAuth(address, auth, reach);
  let pinned: string | null = null;
  if (reach === 'public') {
    if (address.host === null) throw sourceAddressRefused({ address: address.uri, reason: 'it is a path of this machine' });
    pinned = await judgeAddress(guard, address.host, address.transport !== 'http', address.uri);
  }
  const { file, home } = writeGitConfig(folder);
  const ssh =
    address.transport === 'ssh'
      ? sshCommand({
          address,
          auth: auth?.type === 'ssh_key' ? auth : null,
          reach,
          folder: join(folder, 'keys'),
          knownHosts: join(folder, 'known_hosts'),
          pinned,
        })
      : null;
  const config = configOf(address, auth, reach, pinned);
  const env: NodeJS.ProcessEnv = {
    ...Object.fromEntries(passedOn.flatMap((name) => (options.env[name] === undefined ? [] : [[name, options.env[name]]]))),
    // The one that curl knows in small letters only; who sets it in capitals means this process, too.
    http_proxy: options.env['http_proxy'] ?? options.env['HTTP_PROXY'],
    LC_ALL: 'C',
    HOME: home,
    XDG_CONFIG_HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: file,
    GIT_ATTR_NOSYSTEM: '1',
    // Whatever repository this process was started in, or the data folder lies in, is none of ours.
    GIT_CEILING_DIRECTORIES: folder,
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: address.transport === 'http' && reach === 'anywhere' ? 'http:https' : address.transport,
    GIT_CONFIG_COUNT: String(config.length),
    ...Object.fromEntries(
      config.flatMap(([key, value], at) => [
        [`GIT_CONFIG_KEY_${at}`, key],
        [`GIT_CONFIG_VALUE_${at}`, value],
      ]),
    ),
    ...credentialsOf(auth),
    ...(ssh ? { GIT_SSH_COMMAND: ssh.command, GIT_SSH_VARIANT: 'ssh' } : {}),
  };
  const secrets = secretsOf(auth);
  const run = (args: readonly string[], more: Partial<GitRun> = {}) =>
    runGit(args, { signal, cwd: home, ...more, env: { ...env, ...more.env } });
  const failure = (end: GitEnd) => gitFailure(address, end, secrets);
  try {
    await checkVersion(run, pinned !== null);
    return await use({
      address,
      signal,
      run,
      failure,
      async must(args, more) {
        const end = await run(args, more);
        if (end.code !== 0) throw failure(end);
        return end;
      },
    });
  } finally {
    ssh?.dispose();
  }
}

/** Variables of this process that git may know: where programs are, how the network is reached, whom to believe. */
const passedOn = [
  'PATH',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SystemRoot',
  'USERPROFILE',
  'SSH_AUTH_SOCK',
  'https_proxy',
  'HTTPS_PROXY',
  'all_proxy',
  'ALL_PROXY',
  'no_proxy',
  'NO_PROXY',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'CURL_CA_BUNDLE',
  'GIT_SSL_CAINFO',
  'GIT_SSL_CAPATH',
];

/** Answers only for the origin it is configured for, and only to `get`. The values come from the environment. */
const credentialHelper =
  '!f() { test "$1" = get && printf \'username=%s\\npassword=%s\\n\' "$RATCHET_SOURCE_USERNAME" "$RATCHET_SOURCE_PASSWORD"; }; f';

function credentialsOf(auth: SourceAuth | null): NodeJS.ProcessEnv {
  if (auth?.type === 'token') return { RATCHET_SOURCE_USERNAME: auth.username, RATCHET_SOURCE_PASSWORD: auth.token };
  if (auth?.type === 'basic') return { RATCHET_SOURCE_USERNAME: auth.username, RATCHET_SOURCE_PASSWORD: auth.password };
  return {};
}

function configOf(address: GitAddress, auth: SourceAuth | null, reach: Reach, pinned: string | null): [string, string][] {
  if (address.transport !== 'http' && address.transport !== 'https') return [];
  const { origin } = new URL(address.remote);
  const config: [string, string][] = [];
  if (auth?.type === 'token' || auth?.type === 'basic') config.push([`credential.${origin}.helper`, credentialHelper]);
  if (auth?.type === 'bearer') config.push([`http.${origin}/.extraHeader`, `Authorization: Bearer ${auth.token}`]);
  // A header is sent wherever a redirection leads; a helper is asked again for each origin.
  config.push(['http.followRedirects', auth?.type === 'bearer' || reach === 'public' ? 'false' : 'initial']);
  if (pinned !== null)
    config.push(['http.curloptResolve', `${address.host}:${address.port}:${pinned.includes(':') ? `[${pinned}]` : pinned}`]);
  return config;
}

function fitAuth({ transport, uri }: GitAddress, auth: SourceAuth | null, reach: Reach): void {
  if (auth === null) return;
  const refuse = (reason: string) => sourceAuthInvalid({ address: uri, reason });
  const isWeb = transport === 'http' || transport === 'https';
  if (transport === 'file') throw refuse('a repository on this machine takes none');
  if (transport === 'ssh' && auth.type !== 'ssh_key') throw refuse(`ssh takes ssh_key, not ${auth.type}`);
  if (isWeb && (auth.type === 'ssh_key' || auth.type === 'api_key'))
    throw refuse(`${transport} takes git_token, basic or bearer, not ${auth.type}`);
  if (transport === 'http' && reach === 'public') throw refuse('without encryption everybody on the way could read them');
}

/** Reading our configuration came with 2.32, connecting to the address that was judged with 2.37. */
const oldest = { usual: 32, pinned: 37 } as const;
let known: Promise<string> | null = null;

/** Asks git for its version once per process, and again as long as there is no answer. @throws GIT_MISSING */
async function checkVersion(run: GitSession['run'], isPinned: boolean): Promise<void> {
  known ??= run(['--version']).then(({ stdout }) => stdout.toString().trim());
  const said = await known.catch((error: unknown) => {
    known = null;
    throw error;
  });
  const [, major = 0, minor = 0] = /(\d+)\.(\d+)/.exec(said) ?? [];
  const least = isPinned ? oldest.pinned : oldest.usual;
  if (Number(major) > 2 || (Number(major) === 2 && Number(minor) >= least)) return;
  throw gitMissing({ reason: `it says ${JSON.stringify(said.slice(0, 100))} and has to be 2.${least} or newer for this source` });
}

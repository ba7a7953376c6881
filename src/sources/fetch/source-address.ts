import { resolve } from 'node:path';
import { sourceUriInvalid } from '../errors.ts';
import { maskCredentials } from './mask-credentials.ts';

export type SourceKind = 'filesystem' | 'git' | 'http';

export interface FilesystemAddress {
  readonly kind: 'filesystem';
  /** As it was given. */
  readonly uri: string;
  /** Absolute path of a folder or a ZIP. */
  readonly path: string;
}

export interface GitAddress {
  readonly kind: 'git';
  readonly uri: string;
  readonly transport: 'https' | 'http' | 'ssh' | 'file';
  /** What git is given: an URL, or an absolute path. */
  readonly remote: string;
  /** Null for `file`. IPv6 without brackets. */
  readonly host: string | null;
  /** The usual one of the transport unless named; null for `file`. */
  readonly port: number | null;
}

export interface HttpAddress {
  readonly kind: 'http';
  readonly uri: string;
  /** http: or https:, without credentials and fragment. */
  readonly url: string;
}

export type SourceAddress = FilesystemAddress | GitAddress | HttpAddress;
/** What has to be fetched before it can be read. */
export type RemoteAddress = GitAddress | HttpAddress;

export interface ReadSourceAddress {
  /** Guessed from the uri when absent: what ends with `.git`, begins with `git+` or is reached over ssh is a repository. */
  readonly kind?: SourceKind | undefined;
  /** What relative paths are relative to; the working directory when absent. */
  readonly baseFolder?: string | undefined;
}

const longest = 2_000;

/**
 * Reads where a source is: a path, `file://`, `https://`, `ssh://`, `user@host:path`, each of the last three also with `git+` in front.
 * Credentials have no place in it: they would be shown and stored with it.
 * @throws SOURCE_URI_INVALID
 */
export function readSourceAddress(uri: string, { kind, baseFolder = process.cwd() }: ReadSourceAddress = {}): SourceAddress {
  const refuse = (reason: string, hint?: string) =>
    sourceUriInvalid({ uri: maskCredentials(uri).slice(0, 200), reason, hint: hint ?? null });
  const text = uri.trim();
  if (text === '') throw refuse('it is empty');
  if (text.length > longest) throw refuse(`it has more than ${longest} characters`);
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(text)) throw refuse('it holds a control character');
  const bare = text.replace(/^git\+/i, '');
  const isGit = kind === 'git' || (kind === undefined && (bare !== text || looksLikeGit(bare)));
  if (isGit) return gitAddress(uri, bare, baseFolder, refuse);
  if (bare !== text) throw refuse(`git+ names a Git repository, and the source is said to be of kind ${kind}`);

  const scheme = schemeOf(text);
  if (scheme === 'http' || scheme === 'https') {
    if (kind === 'filesystem') throw refuse('it is an address of the web, and the source is said to be a folder');
    const url = webUrl(text, refuse);
    url.hash = '';
    return { kind: 'http', uri, url: url.href };
  }
  if (kind === 'http') throw refuse('a source of kind http begins with http:// or https://');
  if (scheme !== null && scheme !== 'file') {
    throw refuse(`${scheme}:// is not understood`, 'Use a path, file://, https:// or ssh://.');
  }
  return { kind: 'filesystem', uri, path: resolve(baseFolder, pathOf(text)) };
}

type Refuse = (reason: string, hint?: string) => Error;

function gitAddress(uri: string, text: string, baseFolder: string, refuse: Refuse): GitAddress {
  const scheme = schemeOf(text);
  if (scheme === 'http' || scheme === 'https') {
    const url = webUrl(text, refuse);
    if (url.hash !== '' || url.search !== '') {
      throw refuse(
        'an address of a Git repository ends with its path',
        'Name branch, tag or commit by the setting for it, not in the uri.',
      );
    }
    return { kind: 'git', uri, transport: scheme, remote: url.href, host: bareHost(url), port: portOf(url, scheme === 'https' ? 443 : 80) };
  }
  if (scheme === 'ssh') {
    const url = parse(text, refuse);
    if (url.password !== '') throw refuse('it holds a password', 'Name a key or an agent in the credentials of the source.');
    if (url.hostname === '') throw refuse('it names no host');
    if (url.hash !== '' || url.search !== '') throw refuse('an address of a Git repository ends with its path');
    safeForSsh(bareHost(url), url.username, refuse);
    return { kind: 'git', uri, transport: 'ssh', remote: url.href, host: bareHost(url), port: portOf(url, 22) };
  }
  if (scheme === 'git') throw refuse('git:// neither encrypts nor proves who answers', 'Use https:// or ssh://.');
  if (scheme !== null && scheme !== 'file')
    throw refuse(`${scheme}:// is not understood`, 'Use https://, ssh://, user@host:path or a path.');
  const scp = scheme === null ? scpLike(text) : null;
  if (scp) {
    safeForSsh(scp.host, scp.user, refuse);
    if (scp.path === '' || scp.path.startsWith('-')) throw refuse('it names no path on its host');
    return { kind: 'git', uri, transport: 'ssh', remote: text, host: scp.host.replace(/^\[(.*)\]$/, '$1'), port: 22 };
  }
  if (text.includes('::')) throw refuse('helpers of git (name::address) are not run');
  return { kind: 'git', uri, transport: 'file', remote: resolve(baseFolder, pathOf(text)), host: null, port: null };
}

function looksLikeGit(text: string): boolean {
  const scheme = schemeOf(text);
  if (scheme === 'ssh' || scheme === 'git') return true;
  if (scheme === null && (scpLike(text) !== null || /^[a-z][a-z0-9+.-]*::/i.test(text))) return true;
  return /\.git\/?(?:[?#].*)?$/i.test(text);
}

/** The word before `://`, in lower case; null for paths. */
function schemeOf(text: string): string | null {
  return /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase() ?? null;
}

/** `user@host:path`, as ssh's own copying program writes it; the user is what tells it from a path with a colon. */
function scpLike(text: string): { user: string; host: string; path: string } | null {
  const found = /^([^/@:\s]+)@(\[[^\]]+\]|[^/:@\s]+):(?!\/\/)(.*)$/.exec(text);
  return found && { user: found[1]!, host: found[2]!, path: found[3]! };
}

/** Host and user become arguments of ssh: they must not be options of it. */
function safeForSsh(host: string, user: string, refuse: Refuse): void {
  if (!/^(?:[a-z0-9_]|\[)[a-z0-9_.:[\]-]*$/i.test(host)) throw refuse('its host is not the name of a host');
  if (user !== '' && !/^[a-z0-9_][a-z0-9_.+-]*$/i.test(user)) throw refuse('its user is not the name of a user');
}

function webUrl(text: string, refuse: Refuse): URL {
  const url = parse(text, refuse);
  if (url.username !== '' || url.password !== '') {
    throw refuse(
      'it holds credentials',
      'Take them out of the uri and name them as credentials of the source: an address is shown and stored.',
    );
  }
  return url;
}

function parse(text: string, refuse: Refuse): URL {
  try {
    return new URL(text);
  } catch {
    throw refuse('it is no URL');
  }
}

/** The path of `file://` in all its spellings; relative ones (`file://./tasks`) stay relative. */
function pathOf(text: string): string {
  if (!/^file:\/\//i.test(text)) return text;
  const path = text.slice('file://'.length).replace(/^localhost(?=\/)/i, '');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const bareHost = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1');
const portOf = (url: URL, usual: number): number => (url.port === '' ? usual : Number(url.port));

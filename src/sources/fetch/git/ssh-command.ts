import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { sourceAuthInvalid } from '../../errors.ts';
import type { Reach } from '../fetcher.ts';
import type { GitAddress } from '../source-address.ts';
import type { SourceAuth } from '../source-auth.ts';

type SshKey = Extract<SourceAuth, { type: 'ssh_key' }>;

export interface SshCommand {
  /** For GIT_SSH_COMMAND, which a shell reads. */
  readonly command: string;
  /** Removes the key from the disk. */
  dispose(): void;
}

export interface SshOptions {
  readonly address: GitAddress;
  readonly auth: SshKey | null;
  readonly reach: Reach;
  /** Keys lie here while git runs, in a folder of their own that nobody else may enter. */
  readonly folder: string;
  /** Where hosts that were believed the first time are remembered. */
  readonly knownHosts: string;
  /** The address that was judged, to connect to it and no other; null: whatever the name says. */
  readonly pinned: string | null;
}

/**
 * How git is to call ssh. With a key: that key and nothing else of this machine. Without one: the user's own keys and agent, for a source of the
 * configuration; none at all for one that somebody added.
 * @throws SOURCE_AUTH_INVALID
 */
export function sshCommand({ address, auth, reach, folder, knownHosts, pinned }: SshOptions): SshCommand {
  const options = [
    'BatchMode=yes',
    'ConnectTimeout=30',
    'ServerAliveInterval=15',
    'ServerAliveCountMax=3',
    'ForwardAgent=no',
    'ForwardX11=no',
    'ClearAllForwardings=yes',
    'PermitLocalCommand=no',
    'UpdateHostKeys=no',
    'ControlMaster=no',
    'ControlPath=none',
  ];
  const isAlone = auth !== null || reach === 'public';
  // The user's own settings of ssh belong to the user's own sources.
  const words = isAlone ? ['ssh', '-F', devNull] : ['ssh'];
  if (isAlone) {
    options.push(
      'IdentitiesOnly=yes',
      'IdentityAgent=none',
      'PasswordAuthentication=no',
      'KbdInteractiveAuthentication=no',
      'GSSAPIAuthentication=no',
    );
  }
  if (pinned !== null) options.push(`HostName=${pinned}`, `HostKeyAlias=${knownAs(address)}`);
  let keys: string | null = null;
  const keyFolder = () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    keys ??= mkdtempSync(join(folder, `${process.pid}-`));
    return keys;
  };
  const dispose = () => keys !== null && rmSync(keys, { recursive: true, force: true });
  try {
    if (auth) words.push('-i', keyFile(auth, keyFolder(), address.uri));
    else if (isAlone) options.push('IdentityFile=none');
    if (auth?.known_hosts !== undefined) {
      const listed = join(keyFolder(), 'known_hosts');
      writeFileSync(listed, withNewline(auth.known_hosts), { mode: 0o600 });
      options.push('StrictHostKeyChecking=yes', `UserKnownHostsFile=${inQuotes(listed)}`, `GlobalKnownHostsFile=${devNull}`);
    } else if (auth?.host_keys === 'accept_new') {
      options.push(
        'StrictHostKeyChecking=accept-new',
        `UserKnownHostsFile=${inQuotes(knownHosts)} ~/.ssh/known_hosts`,
        'HashKnownHosts=no',
      );
    } else {
      options.push('StrictHostKeyChecking=yes');
    }
  } catch (error) {
    dispose();
    throw error;
  }
  return { command: [...words, ...options.flatMap((option) => ['-o', option])].map(shellWord).join(' '), dispose };
}

/** A copy that only this user may read: ssh refuses any other, and mounted secrets rarely are so. */
function keyFile(auth: SshKey, folder: string, uri: string): string {
  const refuse = (reason: string, cause?: unknown) => sourceAuthInvalid({ address: uri, reason }, cause);
  let key = auth.private_key;
  try {
    key ??= readFileSync(auth.private_key_file!, 'utf8');
  } catch (error) {
    throw refuse(`private_key_file cannot be read (${(error as NodeJS.ErrnoException).code})`, error);
  }
  if (!key.includes('PRIVATE KEY')) throw refuse('the private key is none');
  if (isLocked(key)) throw refuse('the private key is locked with a passphrase, and nobody is there to type it');
  const file = join(folder, 'key');
  writeFileSync(file, withNewline(key.replaceAll('\r\n', '\n')), { mode: 0o600 });
  return file;
}

/** Whether a private key asks for a passphrase, in any of the three formats. */
function isLocked(key: string): boolean {
  if (key.includes('BEGIN ENCRYPTED PRIVATE KEY') || /Proc-Type:.*ENCRYPTED/.test(key)) return true;
  const body = /BEGIN OPENSSH PRIVATE KEY-----([\s\S]*?)-----END/.exec(key)?.[1];
  if (body === undefined) return false;
  const bytes = Buffer.from(body, 'base64');
  const magic = 'openssh-key-v1\0';
  if (bytes.length < magic.length + 4 || bytes.toString('latin1', 0, magic.length) !== magic) return false;
  const length = bytes.readUInt32BE(magic.length);
  return bytes.toString('latin1', magic.length + 4, magic.length + 4 + length) !== 'none';
}

const withNewline = (text: string) => (text.endsWith('\n') ? text : `${text}\n`);
/** How a known_hosts file names a host. */
const knownAs = ({ host, port }: GitAddress) => (port === 22 ? host : `[${host}]:${port}`);
/** For a value of ssh's own options, where blanks separate files. */
const inQuotes = (path: string) => `"${path}"`;
const shellWord = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;

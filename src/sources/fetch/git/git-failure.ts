import {
  sourceAuthFailed,
  sourceCacheFailed,
  sourceFetchFailed,
  sourceHostKeyUnknown,
  sourceNotFound,
  sourceUnreachable,
} from '../../errors.ts';
import { maskSecrets } from '../mask-credentials.ts';
import type { GitAddress } from '../source-address.ts';
import type { GitEnd } from './run-git.ts';

/** What git, curl and ssh say in English (LC_ALL=C), most telling first: a wrong password also ends with "could not read from remote". */
const kinds: readonly (readonly [RegExp, 'hostKey' | 'auth' | 'notFound' | 'disk' | 'unreachable'])[] = [
  [/host key verification failed|remote host identification has changed|no .* host key is known/i, 'hostKey'],
  [/no space left on device|disk quota exceeded|read-only file system|unable to (?:create|write)[^\n]*(?:permission denied)/i, 'disk'],
  [
    /authentication failed|could not read (?:username|password)|permission denied|terminal prompts disabled|returned error: (?:401|403|407)|access denied|invalid credentials|error in libcrypto|invalid format/i,
    'auth',
  ],
  [
    /repository '[^']*' not found|not found: |does not appear to be a git repository|returned error: (?:404|410)|not a git repository|does not exist|repository not found/i,
    'notFound',
  ],
  [
    /could not resolve host|name or service not known|temporary failure in name|failed to connect|couldn't connect|connection (?:refused|reset|timed out|closed)|operation timed out|timed out|early eof|hung up unexpectedly|unexpected disconnect|recv failure|empty reply|transfer closed|network is unreachable|no route to host|ssl|tls|certificate|operation too slow|returned error: 5\d\d|returned error: 429|rpc failed|kex_exchange|invalid index-pack output/i,
    'unreachable',
  ],
];

/** What went wrong, in the words of git without its decoration, and without anything secret. */
export function gitFailure(address: GitAddress, { code, stderr }: GitEnd, secrets: readonly string[]): Error {
  const words = maskSecrets(stderr, secrets);
  const reason = (/returned error: 30\d/.test(words) && redirected) || sayWhy(words) || `git ended with ${code ?? 'a signal'}`;
  const kind = kinds.find(([pattern]) => pattern.test(words))?.[1];
  const at = { address: address.uri, reason };
  switch (kind) {
    case 'hostKey':
      return sourceHostKeyUnknown(at);
    case 'auth':
      return sourceAuthFailed(at);
    case 'notFound':
      return sourceNotFound(at);
    case 'disk':
      return sourceCacheFailed({ folder: 'the data folder', reason });
    case 'unreachable':
      return sourceUnreachable(at);
    case undefined:
      return sourceFetchFailed(at);
  }
}

const redirected =
  'it redirects to another address, which is not followed with a header of credentials, nor for what was added through the server';

/** The lines that tell something, as one short clause. */
function sayWhy(stderr: string): string {
  const lines = stderr
    .split(/[\r\n]+/)
    // What the host says is not ours: nothing in it may steer a terminal.
    // oxlint-disable-next-line no-control-regex
    .map((line) => line.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ').trim())
    .filter((line) => line !== '' && !noise.test(line))
    .map((line) =>
      line
        .replace(/^(?:fatal|error): /, '')
        .replace(/^unable to access '[^']*': /, '')
        .replace(/\.$/, ''),
    );
  return [...new Set(lines)].slice(-3).join('; ').slice(0, 400);
}

const noise =
  /^(?:remote: (?:Enumerating|Counting|Compressing|Total)|Receiving objects|Resolving deltas|Unpacking objects|POST git-|warning: |hint: |Please make sure you have the correct access rights|and the repository exists|From |@@@@|@ +WARNING)/;

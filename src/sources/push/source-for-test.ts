import { createAddressGuard } from '#engine/index.ts';
import { withGit } from '../fetch/git/git-session.ts';
import type { SourceAuth } from '../fetch/source-auth.ts';
import { readSourceAddress, type GitAddress } from '../fetch/source-address.ts';
import type { BareGit } from './bare-git.ts';
import { withWorkbench } from './push-workbench.ts';

/** Works on a source as a server does. @param uri a path, or an address of the web */
export function withSource<Answer>(
  { uri, folder, auth = null }: { uri: string; folder: string; auth?: SourceAuth | null },
  use: (git: BareGit) => Promise<Answer>,
): Promise<Answer> {
  const options = {
    address: readSourceAddress(uri, { kind: 'git' }) as GitAddress,
    auth,
    reach: 'anywhere' as const,
    folder,
    guard: createAddressGuard({ allowLoopback: true, allowed: [] }),
    env: process.env,
    signal: new AbortController().signal,
  };
  return withGit(options, (session) => withWorkbench(folder, session, use));
}

import { writeFile } from 'node:fs/promises';
import { sourceSignatureInvalid } from '../../errors.ts';
import type { Snapshot } from '../fetcher.ts';
import type { GitSession } from './git-session.ts';

/**
 * Makes sure that a commit is signed by one of those who may sign, with an ssh key. Signatures of other kinds are refused: whom to believe would
 * be up to a keyring of this machine's user.
 * @param signersFile where the list may be written
 * @throws SOURCE_SIGNATURE_INVALID
 */
export async function verifyCommit(
  git: GitSession,
  mirror: string,
  commit: string,
  allowedSigners: string,
  signersFile: string,
): Promise<NonNullable<Snapshot['signature']>> {
  await writeFile(signersFile, allowedSigners.endsWith('\n') ? allowedSigners : `${allowedSigners}\n`, { mode: 0o600 });
  const config = ['-c', 'gpg.format=ssh', '-c', `gpg.ssh.allowedSignersFile=${signersFile}`];
  const checked = await git.run([...config, '--git-dir', mirror, 'verify-commit', '--end-of-options', commit]);
  const said = await git.run([...config, '--git-dir', mirror, 'log', '-1', '--format=%G?%n%GS%n%GK', '--end-of-options', commit]);
  const [verdict = '', signer = '', key = ''] = said.stdout.toString().split('\n');
  // Both: the exit code knows the least trust that is enough, the verdict who it is.
  if (checked.code === 0 && said.code === 0 && verdict === 'G' && signer !== '') return { signer, key };
  throw sourceSignatureInvalid({
    address: git.address.uri,
    revision: commit,
    reason: reasons[verdict] ?? 'its signature cannot be checked',
  });
}

/** What git's letters mean. */
const reasons: Readonly<Record<string, string>> = {
  N: 'it is not signed',
  B: 'its signature is wrong',
  U: 'nobody who may sign has signed it',
  X: 'its signature has expired',
  Y: 'the key of its signature has expired',
  R: 'the key of its signature was revoked',
  E: 'its signature is not by an ssh key',
};

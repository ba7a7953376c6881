import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { git, makeRepository } from '#testing/git-repository.ts';
import { hasSsh } from '#testing/git-ssh-server.ts';
import { fetcherAtHand, temporaryFolder } from '../fetch-for-test.ts';
import { verifies } from '../../../../tests/requirements/verifies.ts';

function signingKey(name: string) {
  const file = join(temporaryFolder('signer'), name);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', file]);
  return { file, line: `${name}@example.org ${readFileSync(`${file}.pub`, 'utf8')}` };
}

describe.skipIf(!hasSsh)('a source whose commits must be signed (skipped where there is no ssh)', () => {
  it('gives what somebody signed who may, says who, and nothing else', async () => {
    verifies('sources.signed-commits');
    const [ada, eve] = [signingKey('ada'), signingKey('eve')];
    const repository = makeRepository(temporaryFolder('git'));
    const signed = (key: string) => ['--gpg-sign'].concat(key ? [`-S${key}`] : []);
    repository.git('config', 'gpg.format', 'ssh');
    repository.git('config', 'user.signingkey', ada.file);
    const good = repository.commit({ 'a.json': '1' }, 'by ada', signed(ada.file));
    const { fetch } = fetcherAtHand();
    const wishes = { allowedSigners: ada.line };
    const { snapshot } = await fetch(repository.bare, wishes);
    expect(snapshot).toMatchObject({ revision: good, signature: { signer: 'ada@example.org', key: expect.stringMatching(/^SHA256:/) } });
    expect((await fetch(repository.bare, wishes)).snapshot).toEqual(snapshot);
    await expect(fetch(repository.bare, { allowedSigners: eve.line })).rejects.toMatchObject({ code: 'SOURCE_SIGNATURE_INVALID' });

    repository.commit({ 'a.json': '2' }, 'by eve', signed(eve.file));
    await expect(fetch(repository.bare, wishes)).rejects.toThrow(/nobody who may sign/);
    const unsigned = repository.commit({ 'a.json': '3' });
    await expect(fetch(repository.bare, wishes)).rejects.toThrow(/is not signed/);
    expect((await fetch(repository.bare)).snapshot).toMatchObject({ revision: unsigned, signature: null });
    await expect(fetch(repository.bare, wishes)).rejects.toThrow(/is not signed/);

    const object = git(['cat-file', 'commit', good], { cwd: repository.work });
    const forged = git(['hash-object', '-t', 'commit', '-w', '--stdin'], {
      cwd: repository.work,
      input: object.replace('by ada', 'by Ada'),
    });
    repository.push(`${forged}:refs/heads/main`);
    await expect(fetch(repository.bare, wishes)).rejects.toMatchObject({ code: 'SOURCE_SIGNATURE_INVALID' });
    await expect(fetch(repository.bare, { allowedSigners: '' })).rejects.toMatchObject({ code: 'SOURCE_SIGNATURE_INVALID' });
  });
});

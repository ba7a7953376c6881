import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeBareRepository, temporaryPlaces } from '#testing/bare-repository.ts';
import { hasSsh, sshKeyPair, startGitSshServer } from '#testing/git-ssh-server.ts';
import { pushItems } from './push-items.ts';
import { withSource } from './source-for-test.ts';

const newPlace = temporaryPlaces();

describe.skipIf(!hasSsh)('pushing over ssh', () => {
  it('commits with the key of the source, to a host that shows the key it is known by', async () => {
    const place = newPlace();
    const repository = makeBareRepository(place);
    repository.commit({ 'greet/metadata.json': '{"name":"greet","version":"1.0.0"}\n' });
    const key = sshKeyPair();
    const server = await startGitSshServer({ root: place, authorizedKeys: [key.publicKey], allowsPush: true });
    const item = {
      taskId: 1,
      name: 'greet',
      version: '1.0.1',
      path: 'greet',
      files: { 'metadata.json': '{"name":"greet","version":"1.0.1"}\n' },
      base: { 'metadata.json': '{"name":"greet","version":"1.0.0"}\n' },
      message: 'Greet better',
    };
    const push = (knownHosts: string) =>
      withSource(
        {
          uri: `${server.url}/tasks.git`,
          folder: join(place, 'data'),
          auth: { type: 'ssh_key', private_key: key.privateKey, known_hosts: knownHosts, host_keys: 'strict' },
        },
        (git) =>
          pushItems(git, {
            repository: 'team',
            ref: null,
            feature: null,
            needsSignature: false,
            items: [item],
            resolution: 'fail',
            isDryRun: false,
            author: { name: 'Robot', email: 'robot@example.org', at: 0 },
          }),
      );
    try {
      await expect(push('')).rejects.toMatchObject({ code: 'SOURCE_HOST_KEY_UNKNOWN' });
      expect(await push(server.knownHosts)).toMatchObject({ branch: 'main', outcomes: [{ kind: 'committed' }] });
      expect(repository.log()[0]).toBe('Greet better');
    } finally {
      await server.close();
    }
  });
});

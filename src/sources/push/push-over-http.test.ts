import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startGitHttpServer, type GitHttpServer } from '#testing/git-http-server.ts';
import { pushItems } from './push-items.ts';
import { makeBareRepository, temporaryPlaces } from '#testing/bare-repository.ts';
import { withSource } from './source-for-test.ts';

const newPlace = temporaryPlaces();
let server: GitHttpServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

const files = (version: string) => ({ 'metadata.json': `{"name":"greet","version":"${version}"}\n`, 'main.js': `// ${version}\n` });
const item = {
  taskId: 1,
  name: 'greet',
  version: '1.0.1',
  path: 'greet',
  files: files('1.0.1'),
  base: files('1.0.0'),
  message: 'Greet better',
};
const author = { name: 'Robot', email: 'robot@example.org', at: 0 };
const request = {
  repository: 'team',
  ref: null,
  feature: null,
  needsSignature: false,
  items: [item],
  resolution: 'fail' as const,
  isDryRun: false,
  author,
};

describe('pushing over HTTP', () => {
  const started = async (options: { allowsPush?: boolean }) => {
    const place = newPlace();
    const repository = makeBareRepository(place);
    repository.commit(Object.fromEntries(Object.entries(files('1.0.0')).map(([name, text]) => [`greet/${name}`, text])));
    server = await startGitHttpServer({ root: place, credentials: { username: 'ada', password: 'pass-word-1' }, ...options });
    const push = (password: string) =>
      withSource(
        { uri: `${server!.url}/tasks.git`, folder: join(place, 'data'), auth: { type: 'basic', username: 'ada', password } },
        (git) => pushItems(git, request),
      );
    return { place, repository, push };
  };

  it('commits with the credentials of the source, which lie nowhere afterwards', async () => {
    const { place, repository, push } = await started({ allowsPush: true });
    expect(await push('pass-word-1')).toMatchObject({ branch: 'main', outcomes: [{ kind: 'committed' }] });
    expect(repository.log()[0]).toBe('Greet better');
    expect(repository.read('greet/main.js')!.toString()).toBe('// 1.0.1\n');
    const left = readdirSync(join(place, 'data'), { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('push-'));
    expect(left).toEqual([]);
  });

  it('says that credentials are refused, and that the source takes no commits', async () => {
    const { repository, push } = await started({ allowsPush: false });
    await expect(push('wrong')).rejects.toMatchObject({ code: 'SOURCE_AUTH_FAILED', message: expect.not.stringContaining('wrong') });
    const refused = await push('pass-word-1').catch((error: unknown) => error as { code: string; message: string });
    expect(refused).toMatchObject({ code: 'SOURCE_AUTH_FAILED', message: expect.stringContaining('403') });
    expect(repository.log()).toHaveLength(1);
  });
});

import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isProcessAlive } from '#kernel/index.ts';
import type { GitSession } from '../fetch/git/git-session.ts';
import type { BareGit, GitEnd } from './bare-git.ts';

/** Folders of pushes that a process left behind when it was killed carry its number. */
const folderName = /^push-(\d+)-/;

/**
 * A bare repository that exists for one push. What is in it is in the source afterwards, or nowhere: nothing of it is ever looked for again,
 * so a process that is killed in the middle leaves a folder for the next one to remove, and no half state.
 */
export async function withWorkbench<Answer>(folder: string, session: GitSession, use: (git: BareGit) => Promise<Answer>): Promise<Answer> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  removeLeftBehind(folder);
  // Whole, because git works in other folders.
  const own = mkdtempSync(join(resolve(folder), `push-${process.pid}-`));
  const bare = join(own, 'bare.git');
  // A repository of this machine has rules of its own about what it takes; they are switched off for fetching only.
  const config = join(own, 'gitconfig');
  const env = session.address.transport === 'file' ? { GIT_CONFIG_GLOBAL: config } : {};
  try {
    writeFileSync(config, '[safe]\n\tdirectory = *\n[credential]\n\thelper =\n[gc]\n\tauto = 0\n');
    await session.must(['init', '--bare', '--quiet', '--template=', bare], { env });
    return await use({
      folder: bare,
      remote: session.address.remote,
      async run(args, { input, env: more, accepts = [0] } = {}): Promise<GitEnd> {
        const end = await session.run(args, { cwd: bare, env: { ...env, ...more }, ...(input === undefined ? {} : { input }) });
        if (end.code === null || !accepts.includes(end.code)) throw session.failure(end);
        return { ...end, code: end.code };
      },
    });
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

function removeLeftBehind(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = Number(folderName.exec(name)?.[1] ?? Number.NaN);
    if (!Number.isNaN(pid) && !isProcessAlive(pid)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

import { toRatchetError, type Clock, type RatchetError } from '#kernel/index.ts';
import type { Repository } from './repository.ts';
import { findSourceTasks } from './source-paths.ts';
import type { SourceContent } from './sync-source.ts';

/** How a test of a source went: it was fetched and read, and nothing was stored. */
export interface SourceTest {
  readonly isReachable: boolean;
  readonly error: RatchetError | null;
  readonly revision: string | null;
  readonly checksum: string | null;
  readonly taskCount: number;
  readonly durationMs: number;
}

/** Fetches a source and looks how many tasks it holds; stores nothing. */
export async function testSource(
  repository: Repository,
  { clock, read }: { readonly clock: Clock; readonly read: (repository: Repository) => Promise<SourceContent> },
): Promise<SourceTest> {
  const began = clock.monotonic();
  const took = () => Math.round(clock.monotonic() - began);
  try {
    const { root, revision, checksum } = await read(repository);
    const { paths } = await findSourceTasks(root, repository.options);
    return { isReachable: true, error: null, revision, checksum, taskCount: paths.length, durationMs: took() };
  } catch (caught) {
    const error = toRatchetError(caught, `read the source ${repository.name}`);
    return { isReachable: false, error, revision: null, checksum: null, taskCount: 0, durationMs: took() };
  }
}

import type { TaskFilesText } from '#tasks/index.ts';
import { checksumOf, versionOf } from './folder-in-tree.ts';
import type { PushItem, Resolution, TaskConflict } from './push-plan.ts';

/** What is done about one task. `write` also stands for taking its folder away. */
export type Decision =
  | { readonly kind: 'same' }
  | { readonly kind: 'write' }
  | { readonly kind: 'remote'; readonly isGone: boolean }
  | { readonly kind: 'conflict'; readonly conflict: TaskConflict };

/**
 * Compares what this server has of a task with what stands in its source by content: who has committed it, and whether anybody remembers
 * that, plays no part.
 * @param remote null: its folder holds no task there
 */
export function decidePush({ files, base }: PushItem, remote: TaskFilesText | null, resolution: Resolution): Decision {
  const sum = (one: TaskFilesText | null) => (one === null ? null : checksumOf(one));
  const [local, before, there] = [sum(files), sum(base), sum(remote)];
  if (local === there) return { kind: 'same' };
  // An unknown base is none that a folder could be equal to: what stands there is somebody else's.
  const isUntouched = there === before && (base !== null || there === null);
  if (isUntouched || resolution === 'take_local') return { kind: 'write' };
  if (resolution === 'take_remote') return { kind: 'remote', isGone: there === null };
  const kind = there === null ? 'removed' : base === null ? 'occupied' : 'changed';
  return {
    kind: 'conflict',
    conflict: {
      kind,
      localVersion: files && versionOf(files),
      localChecksum: local,
      remoteVersion: remote && versionOf(remote),
      remoteChecksum: there,
    },
  };
}

import { compareVersionsOperation, rollbackTaskOperation, taskVersionsOperation } from '#tasks/catalogue/operations.ts';
import { z } from 'zod';
import { defineTool } from '../define-tool.ts';
import { TaskId } from '../names.ts';
import { inputRejected } from '#kernel/index.ts';
import { snakeKeys } from '../snake-keys.ts';

export const manageVersions = defineTool({
  name: 'ratchet_manage_versions',
  title: 'Task versions',
  description:
    'list versions; compare two (default: the running one and the one before) as diffs; rollback makes version the one that runs, nothing is lost.',
  kind: 'develop',
  hints: { readOnly: false, destructive: false, idempotent: true, openWorld: false },
  input: z.object({
    task_id: TaskId,
    action: z.enum(['list', 'compare', 'rollback']),
    version: z.string().optional().describe('compare: the later one'),
    from: z.string().optional(),
  }),
  output: z.object({
    action: z.string(),
    current_version: z.string(),
    versions: z.array(z.record(z.string(), z.unknown())),
    comparison: z.record(z.string(), z.unknown()).nullable(),
    message: z.string(),
  }),
  async run({ task_id, action, version, from }, { ask, signal }) {
    const settings = { signal };
    if (action === 'rollback') {
      if (version === undefined) {
        const problems = [{ path: 'version', message: 'is needed: the version to go back to' }];
        throw inputRejected({ operation: 'ratchet_manage_versions', problems });
      }
      await ask.call(rollbackTaskOperation, { id: task_id, version }, settings);
    }
    const { version: current_version, versions } = await ask.call(taskVersionsOperation, { id: task_id }, settings);
    const comparison = action === 'compare' ? await ask.call(compareVersionsOperation, { id: task_id, from, to: version }, settings) : null;
    return {
      answer: {
        action,
        current_version,
        versions: action === 'compare' ? [] : (snakeKeys(versions) as Record<string, unknown>[]),
        comparison: comparison === null ? null : (snakeKeys(comparison, ['before', 'after']) as Record<string, unknown>),
        message:
          comparison !== null
            ? `${comparison.from.version} to ${comparison.to.version}: ${comparison.files.length} files differ`
            : action === 'rollback'
              ? `Version ${current_version} runs from now on`
              : `${versions.length} versions are stored; ${current_version} runs`,
      },
    };
  },
});

import { z } from 'zod';
import { isoTime, isoTimeOrNull, Timestamp } from '#kernel/index.ts';
import { manifestNames } from '../files/manifest-names.ts';
import { entryPath } from '../manifest.ts';
import { TaskProblem } from '../problem.ts';
import type { ValidationReport } from '../validate.ts';
import type { CatalogueTask, StoredContent, TaskVersion } from './catalogue.ts';
import { isEditable } from './is-editable.ts';

const JsonObject = z.record(z.string(), z.unknown());

/** A task as lists show it. */
export const ShownTask = z
  .object({
    id: z.string().describe('Number of the task on this server.'),
    uuid: z.string(),
    name: z.string(),
    label: z.string(),
    description: z.string(),
    version: z.string().describe('The version that runs when nobody names one; in the answer for one version, that one.'),
    availableVersions: z.array(z.string()).describe('Those that jobs may name, by semantic versioning, lowest first.'),
    disabledVersions: z.array(z.string()).describe('Those that are switched off.'),
    unapprovedVersions: z.array(z.string()).describe('Those that nothing runs until somebody has approved of what they may reach.'),
    mcpTool: z.boolean().describe('Whether it asks to be offered to MCP clients as a tool of its own.'),
    enabled: z.boolean(),
    storageType: z.enum(['FILE', 'DATABASE']).describe('Whether it comes from a source, or is stored in the database.'),
    registrySource: z.boolean().describe('Whether it comes from a source: the same as a flag.'),
    repositoryInfo: z
      .object({
        repositoryId: z.string(),
        repositoryName: z.string(),
        repositoryType: z.enum(['FILESYSTEM', 'GIT', 'HTTP']),
        repositoryPath: z.string().describe('Inside the source; `.` for the source itself.'),
        branch: z.string().nullable().describe('Branch, tag or commit that was asked for; null: the default branch.'),
        commit: z.string().nullable().describe('What the source was synced at last.'),
        canPush: z.boolean().describe('Whether changes may be committed to it.'),
        autoPush: z.boolean(),
      })
      .nullable()
      .describe('The source it comes from or belongs to.'),
    syncStatus: z
      .enum(['SYNCED', 'MODIFIED', 'CONFLICT', 'PENDING_PUSH', 'LOCAL'])
      .describe('Whether what is stored is what the source holds; LOCAL has no source.'),
    needsPush: z.boolean().describe('Whether it was changed here and is to be committed to its source.'),
    lastSyncedAt: Timestamp.nullable(),
    isEditable: z.boolean().describe('Whether its files can be changed here.'),
    maxConcurrent: z.number().int().nullable().describe('Most jobs of it at once; null: no limit of its own.'),
    inSync: z.boolean().describe('Whether what is stored is what stands in its folder.'),
    syncError: z.string().nullable().describe('What is wrong with its folder.'),
    missingSince: Timestamp.nullable().describe('Since when its folder is gone; it cannot be run then.'),
    createdAt: Timestamp,
    updatedAt: Timestamp,
    validatedAt: Timestamp.nullable(),
  })
  .meta({ id: 'Task' });
export type ShownTask = z.infer<typeof ShownTask>;

/** A task as it is read alone. */
export const ShownTaskInFull = ShownTask.extend({
  checksum: z.string().describe('Content hash of its files, 64 hex digits.'),
  inputSchema: JsonObject.nullable(),
  outputSchema: JsonObject.nullable(),
  metadata: JsonObject.describe('What metadata.json holds.'),
  sourceCode: z.string().nullable().describe('The file with the code.'),
  sourceType: z.enum(['javascript', 'typescript']),
}).meta({ id: 'TaskInFull' });
export type ShownTaskInFull = z.infer<typeof ShownTaskInFull>;

export function shownTask(task: CatalogueTask): ShownTask {
  const { storageType, path: _path, availableVersions, disabledVersions, unapprovedVersions, isTool, source, syncStatus, ...rest } = task;
  return {
    ...rest,
    id: String(task.id),
    availableVersions: [...availableVersions],
    disabledVersions: [...disabledVersions],
    unapprovedVersions: [...unapprovedVersions],
    mcpTool: isTool,
    storageType: storageType === 'file' ? 'FILE' : 'DATABASE',
    registrySource: storageType === 'file',
    repositoryInfo:
      source === null
        ? null
        : {
            repositoryId: String(source.id),
            repositoryName: source.name,
            repositoryType: source.kind.toUpperCase() as 'FILESYSTEM' | 'GIT' | 'HTTP',
            repositoryPath: source.path,
            branch: source.ref,
            commit: source.revision,
            canPush: source.canPush,
            autoPush: source.autoPush,
          },
    syncStatus: syncStatus.toUpperCase() as ShownTask['syncStatus'],
    lastSyncedAt: isoTimeOrNull(task.lastSyncedAt),
    isEditable: isEditable(task),
    missingSince: isoTimeOrNull(task.missingSince),
    createdAt: isoTime(task.createdAt),
    updatedAt: isoTime(task.updatedAt),
    validatedAt: isoTimeOrNull(task.validatedAt),
  };
}

export function shownTaskInFull(task: CatalogueTask, content: StoredContent): ShownTaskInFull {
  const { files } = content;
  const isThere = (path: string) => Object.hasOwn(files, path);
  const entry = entryPath(content.metadata, manifestNames.find(isThere) ?? 'metadata.json', isThere);
  return {
    ...shownTask(task),
    version: content.version,
    checksum: content.checksum,
    inputSchema: content.inputSchema === null ? null : { ...content.inputSchema },
    outputSchema: content.outputSchema === null ? null : { ...content.outputSchema },
    metadata: { ...content.metadata },
    sourceCode: entry === undefined ? null : (files[entry] ?? null),
    sourceType: entry !== undefined && entry.endsWith('ts') ? 'typescript' : 'javascript',
  };
}

export const ShownVersion = z
  .object({
    version: z.string(),
    checksum: z.string().describe('Content hash of its files, 64 hex digits.'),
    isCurrent: z.boolean().describe('Of several contents with one version number, the one that runs.'),
    enabled: z.boolean().describe('Whether jobs may run the version.'),
    standing: z
      .enum(['STANDING', 'REPLACED', 'GONE'])
      .describe('REPLACED: its folder holds another version by now; GONE: it is gone from its source and cannot be run.'),
    repositoryId: z.string().nullable().describe('The source it was read from.'),
    path: z.string().nullable().describe('Inside the source.'),
    sourceRevision: z.string().nullable().describe('Commit, ETag or hash of the source it was first read from.'),
    changeDescription: z.string().nullable(),
    changedBy: z.string(),
    createdAt: Timestamp,
    isBreaking: z.boolean().describe('Whether its author says that it breaks those who use the version before.'),
    networkGrowth: z
      .array(z.string())
      .nullable()
      .describe(
        'Hosts it may reach and the version before could not; *:* is every public host, mcp://name an MCP server. Null where that was not compared.',
      ),
    needsApproval: z.boolean().describe('Whether nothing runs it until somebody has approved of that.'),
    approvedBy: z.string().nullable(),
    approvedAt: Timestamp.nullable(),
  })
  .meta({ id: 'TaskVersion' });

export function shownVersion(version: TaskVersion): z.infer<typeof ShownVersion> {
  return {
    ...version,
    standing: version.standing.toUpperCase() as 'STANDING' | 'REPLACED' | 'GONE',
    repositoryId: version.repositoryId === null ? null : String(version.repositoryId),
    networkGrowth: version.networkGrowth === null ? null : [...version.networkGrowth],
    createdAt: isoTime(version.createdAt),
    approvedAt: isoTimeOrNull(version.approvedAt),
  };
}

const ShownProblem = TaskProblem.omit({ severity: true })
  .extend({
    field: z.string().describe('Where it is: the file, with line and column where they are known.'),
  })
  .meta({ id: 'TaskProblem' });

/** What checking a task found. */
export const ShownValidation = z
  .object({
    valid: z.boolean().describe('True when the task can run: there are no errors.'),
    errors: z.array(ShownProblem),
    warnings: z.array(ShownProblem),
  })
  .meta({ id: 'TaskValidation' });

export function shownValidation({ valid, problems }: ValidationReport): z.infer<typeof ShownValidation> {
  const shown = (wanted: TaskProblem['severity']) =>
    problems
      .filter((one) => one.severity === wanted)
      .map(({ severity: _severity, ...one }) => ({
        ...one,
        field: one.line === null ? one.file : `${one.file}:${one.line}:${one.column ?? 1}`,
      }));
  return { valid, errors: shown('error'), warnings: shown('warning') };
}

export const ShownTaskStats = z.object({
  totalTasks: z.number().int(),
  enabledTasks: z.number().int(),
  disabledTasks: z.number().int(),
  registryTasks: z.number().int().describe('Those that come from folders.'),
  databaseTasks: z.number().int(),
  validationErrors: z.number().int().describe('Tasks whose folders hold something that is not valid now.'),
  missingTasks: z.number().int().describe('Tasks whose folders are gone.'),
  lastSync: Timestamp.nullable().describe('When this process last read its folders; null when it never did.'),
});

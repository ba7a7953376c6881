import { z } from 'zod';

/** Says of a document or archive that it is an export of tasks. */
export const exportFormat = 'ratchet-tasks';
export const exportFormatVersion = 1;

const Checksum = z.string().describe('Content hash of the files, 64 hex digits.');

/** What is known of a version beside its files. */
const versionFacts = {
  isBreaking: z.boolean(),
  changeDescription: z.string().nullable(),
  changedBy: z.string(),
  createdAt: z.string(),
};

const taskFacts = {
  uuid: z.string(),
  name: z.string(),
  /** The version that runs. */
  version: z.string(),
  checksum: Checksum,
  enabled: z.boolean().optional().describe('Whether jobs of it run; absent where what a server knows of a task was left out.'),
};

const Files = z.record(z.string(), z.string());

/** A version of a task in an export. */
const ExportedVersion = z.object({
  version: z.string(),
  checksum: Checksum,
  ...z.object(versionFacts).partial().shape,
  files: Files.describe('Text by path inside the task.'),
});

/** A task in an export, as text. */
export const ExportedTask = z
  .object({
    ...taskFacts,
    ...z.object(versionFacts).partial().shape,
    files: Files.describe('Of the version that runs: text by path inside the task.'),
    versions: z.array(ExportedVersion).optional().describe('All other versions, lowest first.'),
  })
  .meta({ id: 'ExportedTask' });
export type ExportedTask = z.infer<typeof ExportedTask>;

/** An export as one document, which `tasks.import` takes as it is. */
export const ExportDocument = z
  .object({
    format: z.literal(exportFormat),
    formatVersion: z.literal(exportFormatVersion),
    exportedAt: z.string(),
    tasks: z.array(ExportedTask),
  })
  .meta({ id: 'TaskExportDocument' });
export type ExportDocument = z.infer<typeof ExportDocument>;

/** The list in an archive of an export: everything but the files, and where those are. */
export const archiveListName = 'ratchet-export.json';

const Folder = z.string().describe('Folder of its files in the archive.');

export const ArchiveList = z.object({
  format: z.literal(exportFormat),
  formatVersion: z.literal(exportFormatVersion),
  exportedAt: z.string(),
  tasks: z.array(
    z.object({
      ...taskFacts,
      ...z.object(versionFacts).partial().shape,
      folder: Folder,
      versions: z.array(ExportedVersion.omit({ files: true }).extend({ folder: Folder })).optional(),
    }),
  ),
});
export type ArchiveList = z.infer<typeof ArchiveList>;

import { z } from 'zod';
import type { Catalogue, CatalogueTask } from './catalogue.ts';
import { ShownTaskInFull, shownTaskInFull } from './shown-task.ts';

/** A task after its files were stored, with what that changed. */
export const ShownTaskChange = ShownTaskInFull.extend({
  versionRaisedFrom: z
    .string()
    .nullable()
    .describe('The version before it was raised because the files changed and no new one was named; null when it was not.'),
  networkGrowth: z
    .array(z.string())
    .describe(
      'Hosts the version may reach and the version before could not; *:* is every public host, mcp://name an MCP server. Of a new task: all it may reach.',
    ),
  needsApproval: z.boolean().describe('Whether nothing runs the version until somebody has approved of that.'),
}).meta({ id: 'TaskChange' });

/** @param version the one that was stored; null: the one that runs */
export async function shownTaskChange(
  catalogue: Pick<Catalogue, 'content' | 'versions'>,
  task: CatalogueTask,
  version: string | null,
  raisedFrom: string | null,
): Promise<z.input<typeof ShownTaskChange>> {
  const content = await catalogue.content(task.id, version);
  const stored = (await catalogue.versions(task.id)).find((one) => one.checksum === content.checksum && one.version === content.version);
  return {
    ...shownTaskInFull(task, content),
    versionRaisedFrom: raisedFrom,
    networkGrowth: [...(stored?.networkGrowth ?? [])],
    needsApproval: stored?.needsApproval ?? false,
  };
}

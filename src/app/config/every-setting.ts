import { definedSettings, type Setting } from '#kernel/index.ts';

/**
 * Loads every module that has settings, for those who look at all of them. A test compares it with what the sources define. The modules
 * are those with the settings alone: through the doors of their parts everything a server is made of came along, 900 modules.
 */
export async function everySetting(): Promise<readonly Setting[]> {
  await Promise.all([
    import('#analysis/settings.ts'),
    import('#backups/settings.ts'),
    import('#engine/index.ts'),
    import('#executions/stored/settings.ts'),
    import('#jobs/settings.ts'),
    import('#jobs/dispatch/settings.ts'),
    import('#observe/index.ts'),
    import('#recordings/settings.ts'),
    import('#retention/settings.ts'),
    import('#storage/settings.ts'),
    import('#surfaces/console/settings.ts'),
    import('#surfaces/graphql/settings.ts'),
    import('#surfaces/http/settings.ts'),
    import('#schedules/settings.ts'),
    import('#sources/settings.ts'),
    import('#sources/push/settings.ts'),
    import('#tasks/settings.ts'),
    import('#tasks/catalogue/settings.ts'),
    import('../data-folder.ts'),
    import('./coming/access-settings.ts'),
    import('./coming/delivery-settings.ts'),
    import('#surfaces/mcp/settings.ts'),
    import('./coming/remaining-settings.ts'),
    import('./reload-settings.ts'),
  ]);
  return definedSettings();
}

import { definedSettings, type Setting } from '#kernel/index.ts';

/** Loads every module that has settings, for those who look at all of them. A test compares it with what the sources define. */
export async function everySetting(): Promise<readonly Setting[]> {
  await Promise.all([
    import('#analysis/index.ts'),
    import('#engine/index.ts'),
    import('#executions/stored/index.ts'),
    import('#jobs/index.ts'),
    import('#observe/index.ts'),
    import('#recordings/index.ts'),
    import('#retention/index.ts'),
    import('#storage/index.ts'),
    import('#surfaces/console/settings.ts'),
    import('#surfaces/graphql/settings.ts'),
    import('#surfaces/http/index.ts'),
    import('#schedules/index.ts'),
    import('#sources/index.ts'),
    import('#tasks/index.ts'),
    import('#tasks/catalogue/index.ts'),
    import('../data-folder.ts'),
    import('./coming/access-settings.ts'),
    import('./coming/delivery-settings.ts'),
    import('#surfaces/mcp/settings.ts'),
    import('./coming/remaining-settings.ts'),
    import('./reload-settings.ts'),
  ]);
  return definedSettings();
}

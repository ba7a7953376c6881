import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { benchmarksPage, benchmarksPageFile } from '../../benchmarks/page.ts';
import { loadEverything } from '../load-everything.ts';
import { clientFiles } from './client-files.ts';
import { commandsPage } from './commands-page.ts';
import { configFiles } from './config-files.ts';
import { draftJudgesFile } from './draft-judges.ts';
import { errorFolder, errorPages } from './error-pages.ts';
import { errorPatternsPage } from './error-patterns-page.ts';
import { exitCodesPage } from './exit-codes-page.ts';
import { graphqlSchemaFile } from './graphql-schema-file.ts';
import { generatedMark, type Page } from './page.ts';
import { promisesPage } from './promises-page.ts';
import { protocolPage } from './protocol-page.ts';
import { knownSettingsFile } from './known-settings.ts';
import { mcpToolsPage } from './mcp-tools-page.ts';
import { metadataSchema, taskProblemsPage } from './schema-page.ts';
import { settingsPage } from './settings-page.ts';
import { surfacesPage } from './surfaces-page.ts';
import { tablesFile } from './tables.ts';

/** Every generated page, made from what the sources say now. */
export async function generatedPages(root: string): Promise<Page[]> {
  const { errors, settings, operations, streams } = await loadEverything(root);
  return [
    ...errorPages(errors),
    settingsPage(settings),
    knownSettingsFile(settings),
    ...configFiles(settings),
    await commandsPage([...operations, ...streams]),
    exitCodesPage(errors),
    protocolPage(join(root, 'src/engine/protocol.ts')),
    metadataSchema(),
    draftJudgesFile(),
    taskProblemsPage(),
    errorPatternsPage(),
    promisesPage(),
    surfacesPage(),
    mcpToolsPage(),
    graphqlSchemaFile(),
    ...(await clientFiles(root)),
    tablesFile(root),
    ...benchmarkPages(root),
  ];
}

/** The page of the last measurements, once there are any. */
function benchmarkPages(root: string): Page[] {
  const results = join(root, 'benchmarks/results.json');
  if (!existsSync(results)) return [];
  const measured = JSON.parse(readFileSync(results, 'utf8')) as Parameters<typeof benchmarksPage>[0];
  return [{ path: relative(root, benchmarksPageFile).replaceAll('\\', '/'), text: benchmarksPage(measured) }];
}

/** Generated Markdown that nothing generates any more, such as the page of an error that was removed. */
export function staleFiles(root: string, pages: readonly Page[]): string[] {
  const current = new Set(pages.map(({ path }) => path));
  return [errorFolder, 'docs/reference']
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
    .filter((path) => path.endsWith('.md') && !current.has(path))
    .filter((path) => readFileSync(join(root, path), 'utf8').startsWith(generatedMark));
}

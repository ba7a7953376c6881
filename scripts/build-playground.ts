/**
 * Makes what the page at /playground loads: the script (src/surfaces/graphql/playground/browser, bundled) and the style, as texts in
 * src/surfaces/graphql/playground/playground-assets.generated.ts.
 * With --check it writes nothing and fails when the committed file is out of date.
 */
import { bundleFromCommandLine, bundlePage, type BundledPage } from './bundle-page.ts';

const page: BundledPage = {
  by: 'scripts/build-playground.ts',
  folder: 'src/surfaces/graphql/playground/browser',
  file: 'src/surfaces/graphql/playground/playground-assets.generated.ts',
  names: ['playgroundScript', 'playgroundStyle'],
};

/** Writes the file when it has changed. @returns whether it was out of date */
export default async function buildPlayground(isChecking = false): Promise<boolean> {
  return bundlePage(page, isChecking);
}

if (import.meta.main) await bundleFromCommandLine(page);

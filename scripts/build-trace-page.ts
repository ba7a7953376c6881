/**
 * Makes what a trace page carries, so that writing one needs no build step: the script (src/debugging/trace-page/browser, bundled) and
 * the style, as texts in src/debugging/trace-page/page-assets.generated.ts.
 * With --check it writes nothing and fails when the committed file is out of date. The tests of the page run it first.
 */
import { bundleFromCommandLine, bundlePage, type BundledPage } from './bundle-page.ts';

const page: BundledPage = {
  by: 'scripts/build-trace-page.ts',
  folder: 'src/debugging/trace-page/browser',
  file: 'src/debugging/trace-page/page-assets.generated.ts',
  names: ['pageScript', 'pageStyle'],
};

/** Writes the file when it has changed. @returns whether it was out of date */
export default async function buildTracePage(isChecking = false): Promise<boolean> {
  return bundlePage(page, isChecking);
}

if (import.meta.main) await bundleFromCommandLine(page);

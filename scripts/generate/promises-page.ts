import { promises } from '../../tests/requirements/promises.ts';
import { code, markdown, table, type Page } from './page.ts';

/** What a user may rely on, each promise proven by a test or an example that is run. */
export function promisesPage(): Page {
  return markdown(
    'docs/reference/promises.md',
    '# Promises',
    'What you may rely on. Each is proven by at least one test, or by an example of the guide that is run with the tests.',
    table(
      ['promise', 'explained in', 'id'],
      promises.map(({ id, promise, page }) => [promise, `[${page}](../../${page})`, code(id)]),
    ),
  );
}

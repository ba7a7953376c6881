import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import buildPlayground from '../../../../../scripts/build-playground.ts';
import { chromiumFile, openChromium, withoutChromium, type TestBrowser } from '../../../../testing/chromium.ts';
import { temporarySqlite } from '../../../../testing/temporary-database.ts';
import { startGraphql, type GraphqlServer } from '../../graphql-harness.ts';

it('the script that is served is that of the sources', async () => {
  expect(await buildPlayground(true), 'run npm run generate').toBe(false);
});

describe.skipIf(chromiumFile === null)(`the page in a browser (${chromiumFile === null ? withoutChromium : 'Chromium'})`, () => {
  const database = temporarySqlite();
  let server: GraphqlServer;
  let browser: TestBrowser;
  let page: Page;
  /** Violations of the policy, errors of scripts, and requests to anybody else. */
  const wrong: string[] = [];

  beforeAll(async () => {
    [server, browser] = await Promise.all([startGraphql({ databaseUrl: database.url }), openChromium()]);
    page = await browser.context.newPage();
    page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));
    page.on('pageerror', (error) => wrong.push(String(error)));
    page.on(
      'request',
      (request) => !request.url().startsWith(server.url) && !request.url().startsWith('data:') && wrong.push(request.url()),
    );
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
    await database.remove();
  });
  beforeEach(async () => {
    wrong.length = 0;
    await page.goto(`${server.url}/playground`);
    await page.locator('#schema button').first().waitFor();
  });

  const answered = async (text: string) => page.locator('#answer', { hasText: text }).waitFor();

  it('runs a query with variables by the keyboard, and shows what came, with no violation of its policy', async () => {
    await page.fill('#query', 'query Named($name: String) { tasks(filters: { nameExact: $name }) { items { name version } } }');
    await page.fill('#variables', '{ "name": "addition" }');
    await page.press('#variables', 'Control+Enter');
    await answered('"version": "1.0.0"');
    expect(await page.inputValue('#operation')).toBe('Named');
    await page.locator('summary', { hasText: 'History' }).click();
    expect(await page.locator('#history li').first().textContent()).toBe('Named');
    await page.fill('#query', '{ taskStats { totalTasks } }');
    await page.click('#history li:first-child button');
    expect(await page.inputValue('#query')).toContain('query Named');
    expect(wrong).toEqual([]);
  });

  it('suggests fields and words while one writes, and takes what is chosen', async () => {
    await page.fill('#query', '');
    await page.locator('#query').pressSequentially('{ taskSta');
    await page.locator('.suggestions li', { hasText: 'taskStats' }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('#query').pressSequentially(' { enabledT');
    await page.keyboard.press('Tab');
    await page.locator('#query').pressSequentially(' } }');
    expect(await page.inputValue('#query')).toBe('{ taskStats { enabledTasks } }');
    await page.keyboard.press('Control+Enter');
    await answered('"enabledTasks": 10');
    await page.click('#prettify');
    expect(await page.inputValue('#query')).toBe('{\n  taskStats {\n    enabledTasks\n  }\n}\n');
    expect(wrong).toEqual([]);
  });

  it('shows mistakes with what to do, and leads to where they are', async () => {
    await page.fill('#query', '{\n  taskStats {\n    nope\n  }\n}');
    await page.click('#run');
    const mistake = page.locator('#errors li');
    expect(await mistake.textContent()).toMatch(/GRAPHQL_INVALID.*nope.*line 3/);
    await mistake.locator('button').click();
    expect(await page.locator('#query').evaluate((field: HTMLTextAreaElement) => field.value.slice(field.selectionStart))).toMatch(/^nope/);
    await page.fill('#variables', '{ nope');
    await page.click('#run');
    expect(await page.textContent('#state')).toMatch(/^Variables: /);
    await page.fill('#variables', '{}');
    expect(wrong).toEqual([]);
  });

  it('follows a subscription until it is stopped', async () => {
    await page.fill('#query', 'subscription { jobUpdates { status task { name } } }');
    await page.click('#run');
    await page.locator('#state', { hasText: 'Following' }).waitFor();
    // A subscription is not acknowledged: ask until something was told.
    const told = answered('"addition"');
    const progress = { isTold: false };
    void told.then(() => (progress.isTold = true));
    do await server.ask('mutation { executeTaskDirect(taskId: "addition", input: { num1: 1, num2: 2 }) { success } }');
    while (!progress.isTold);
    await page.click('#stop');
    await page.locator('#state', { hasText: 'Stopped' }).waitFor();
    expect(wrong).toEqual([]);
  });

  it('leads through the schema', async () => {
    await page.click('#schema >> text="Query"');
    await page.locator('#schema h2', { hasText: 'Query' }).waitFor();
    await page
      .locator('#schema button', { hasText: /^TaskList!$/ })
      .first()
      .click();
    await page.locator('#schema button', { hasText: /^\[Task!\]!$/ }).click();
    expect(await page.textContent('#schema h2')).toBe('Task');
    expect(await page.textContent('#schema nav')).toBe('Schema › Query › TaskList › Task');
    await page.fill('#search', 'availableversions');
    await page.locator('#schema', { hasText: 'Task.availableVersions: [String!]!' }).waitFor();
    expect(wrong).toEqual([]);
  });

  it('and the description of REST loads without a violation of its policy', async () => {
    await page.goto(`${server.url}/docs`);
    await page.locator('.opblock-summary').first().waitFor();
    expect(wrong).toEqual([]);
  });
});

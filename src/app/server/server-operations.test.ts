import { expect, it } from 'vitest';
import type { Surfaces } from '#kernel/index.ts';
import { openApiDocument } from '#surfaces/rest/index.ts';
import { serverOperations, serverStreams } from './server-operations.ts';

const document = openApiDocument(serverOperations, serverStreams, '1.2.3');

/** Codes an operation declares, by status. */
function declared(path: string, method: string): Record<string, string[]> {
  const { responses } = document.paths[path]![method]!;
  return Object.fromEntries(
    Object.entries(responses).flatMap(([status, { $ref }]) =>
      $ref === undefined ? [] : [[status, document.components.responses[$ref.split('/').at(-1)!]!.description!.split(', ')]],
    ),
  );
}

it.each(['/api/v1/executions', '/api/v1/tasks/{id}/execute', '/api/v1/jobs'])(
  'POST %s says what the queue and the database answer',
  (path) => {
    const codes = declared(path, 'post');
    expect(codes['429']).toContain('QUEUE_FULL');
    expect(codes['503']).toEqual(expect.arrayContaining(['JOB_STORAGE_REFUSES', 'STORAGE_UNAVAILABLE']));
    expect(codes['507']).toContain('STORAGE_FULL');
    expect(codes['400']).toContain('REQUEST_INVALID');
  },
);

it('an execution asked of a task that is not there, or of one that has ended, is told in the words of the queue', () => {
  expect(declared('/api/v1/executions', 'post')['404']).toContain('TASK_NOT_FOUND');
  expect(declared('/api/v1/executions/{id}/cancel', 'post')['409']).toContain('JOB_ALREADY_FINISHED');
  expect(declared('/api/v1/executions/{id}/retry', 'post')['409']).toContain('JOB_NOT_RETRYABLE');
});

it('one code stands for a key that was used for another request, wherever it is kept', () => {
  for (const path of ['/api/v1/jobs', '/api/v1/tasks'])
    expect(declared(path, 'post')['422']!.filter((code) => code.startsWith('IDEMPOTENCY_KEY_'))).toEqual(['IDEMPOTENCY_KEY_REUSED']);
});

it('what answers 204 promises nothing, and only the removal of a task does', () => {
  const silent = serverOperations.filter(({ on: { rest } }: { on: Surfaces }) => typeof rest === 'object' && rest.status === 204);
  expect(silent.map(({ name }) => name)).toEqual(['tasks.remove']);
  for (const { output } of silent) expect(output.safeParse(undefined).success).toBe(true);
  expect(document.paths['/api/v1/jobs/{id}']!['delete']!.responses['200']!.content!['application/json']!.schema).toMatchObject({
    required: ['success', 'message', 'data'],
  });
});

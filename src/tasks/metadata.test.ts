import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cacheTtlOf, metadataJsonSchema, megabytesOf, namesOf, slug, TaskMetadata, uuidFromName, wishesOf } from './metadata.ts';

const sound = { version: '1.0.0', label: 'A' };

describe('metadata', () => {
  it('may hold every documented field and keeps the unknown ones', () => {
    const metadata = {
      ...sound,
      uuid: 'a7b8c9d0-e1f2-3456-7890-abcdef123456',
      name: 'a_b-1',
      description: 'd',
      core: { version: '1' },
      tags: ['x'],
      category: 'examples',
      author: 'somebody',
      license: 'MIT',
      ratchet_version: '>=0.6.0',
      complexity: 'beginner',
      supports_streaming: true,
      estimated_duration: 'a minute',
      security_considerations: ['none'],
      timeout: 30_000,
      memory_limit: '128MB',
      cpu_limit_ms: 100,
      isolation: 'warm',
      network: ['api.example.com', '*.example.org:8443', '127.0.0.1', '[::1]:80', 'localhost:3000'],
      cache: { ttl: '10m', more: 1 },
      concurrency: 4,
      entrypoint: 'main.js',
      created_at: '2025-06-15T10:00:00Z',
      updated_at: '2025-06-15T10:00:00+02:00',
      dependencies: [{ any: 'thing' }],
      surprise: { kept: true },
    };
    expect(TaskMetadata.parse(metadata)).toEqual(metadata);
  });

  it.each<[string, Record<string, unknown>]>([
    ['a version that is not semantic', { version: '1.0' }],
    ['a version with a v', { version: 'v1.0.0' }],
    ['a uuid that is none', { uuid: 'streaming-example-task' }],
    ['a name with a blank', { name: 'a b' }],
    ['a timeout of nothing', { timeout: 0 }],
    ['a timeout in words', { timeout: '30s' }],
    ['a memory limit without a unit', { memory_limit: '128' }],
    ['a range that is none', { ratchet_version: 'newest' }],
    ['a host with a scheme', { network: ['https://api.example.com'] }],
    ['a host with a path', { network: ['api.example.com/v1'] }],
    ['an isolation nobody knows', { isolation: 'none' }],
    ['a cache without a time', { cache: {} }],
    ['a cache for no time', { cache: { ttl: 0 } }],
    ['a cache for a time that is none', { cache: { ttl: 'long' } }],
    ['a cache for a century', { cache: { ttl: '36500d' } }],
    ['a concurrency of nothing', { concurrency: 0 }],
    ['a concurrency in halves', { concurrency: 1.5 }],
    ['a date in words', { created_at: 'yesterday' }],
  ])('may not hold %s', (_name, fields) => {
    expect(TaskMetadata.safeParse({ ...sound, ...fields }).success).toBe(false);
  });

  it('asks for limits', () => {
    expect(wishesOf(TaskMetadata.parse({ ...sound, timeout: 5, cpu_limit_ms: 6, memory_limit: '1.5GB' }))).toEqual({
      wallMs: 5,
      cpuMs: 6,
      memoryMb: 1536,
    });
    expect(wishesOf(TaskMetadata.parse(sound))).toEqual({});
    expect([megabytesOf('64 mb'), megabytesOf('512KB'), megabytesOf('lots')]).toEqual([64, 0.5, undefined]);
  });
});

describe('the time a result may stand for the next', () => {
  it.each([
    [30, 30_000],
    [0.5, 500],
    ['30', 30_000],
    ['500ms', 500],
    ['10m', 600_000],
    ['24h', 86_400_000],
  ])('%s', (ttl, ms) => {
    expect(cacheTtlOf(TaskMetadata.parse({ ...sound, cache: { ttl } }))).toBe(ms);
  });

  it('is none without a word of it', () => expect(cacheTtlOf(TaskMetadata.parse(sound))).toBeNull());
});

describe('the published schema', () => {
  const ajv = new Ajv2020({ strict: false });
  (addFormats as unknown as (to: Ajv2020) => void)(ajv);
  const check = ajv.compile(metadataJsonSchema());

  it('agrees with the loader', () => {
    const values: Record<string, unknown>[] = [
      sound,
      { version: '1.0.0', name: 'a' },
      { version: '1.0.0' },
      { ...sound, version: '1' },
      { ...sound, uuid: 'x' },
      { ...sound, timeout: 1.5 },
      { ...sound, memory_limit: '1TB' },
      { ...sound, network: ['http://x'] },
      { ...sound, cache: { ttl: 'long' } },
      { ...sound, cache: { ttl: '10m' }, concurrency: 2 },
      { ...sound, more: 1 },
    ];
    expect(values.map((value) => check(value))).toEqual([true, true, false, false, false, false, false, false, false, true, true]);
  });

  it('describes every field', () => {
    const { properties } = metadataJsonSchema() as { properties: Record<string, { description?: string }> };
    const bare = Object.entries(properties).filter(([name, { description }]) => !description && name !== '$schema');
    expect(bare).toEqual([]);
  });
});

describe('names', () => {
  it('stand in for each other', () => {
    expect(namesOf({ label: 'Mein Töst 2!' })).toEqual({ name: 'mein-tost-2', label: 'Mein Töst 2!' });
    expect(namesOf({ name: 'a_b' })).toEqual({ name: 'a_b', label: 'a_b' });
    expect(namesOf({ label: '任务' })).toEqual({ name: 'task', label: '任务' });
  });

  it('made of labels are always acceptable', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (label) => /^[a-z0-9_-]*$/.test(slug(label))));
  });

  it('give a task without a uuid the same one every time', () => {
    expect(uuidFromName('addition')).toBe(uuidFromName('addition'));
    expect(uuidFromName('addition')).not.toBe(uuidFromName('addition2'));
    expect(TaskMetadata.safeParse({ ...sound, uuid: uuidFromName('addition') }).success).toBe(true);
  });
});

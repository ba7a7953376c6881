import { z } from 'zod';
import { setting } from '#kernel/index.ts';

export const cacheEnabled = setting({
  key: 'cache.enabled',
  type: z.boolean(),
  default: true,
  reload: 'live',
  describe: 'Whether anything is kept to be used again: tasks made ready, and results of deterministic tasks.',
});

export const taskCacheSize = setting({
  key: 'cache.task_cache.task_content_cache_size',
  type: z.number().int().positive(),
  default: 100,
  describe: 'Most tasks kept ready in memory.',
  env: ['RATCHET_CACHE_SIZE'],
});

export const taskCacheBytes = setting({
  key: 'cache.task_cache.memory_limit_bytes',
  type: z.number().int().positive(),
  default: 67_108_864,
  describe: 'Memory in bytes that tasks kept ready may take together.',
});

export const taskCacheType = setting({
  key: 'cache.task_cache.cache_type',
  type: z.enum(['lru', 'ttl', 'moka', 'inmemory']),
  default: 'lru',
  describe:
    'When tasks kept ready are forgotten: lru (when there are too many, those not used for longest first) or ttl (also after cache.task_cache.ttl); moka and inmemory, older names, mean lru.',
});

export const taskCacheTtl = setting({
  key: 'cache.task_cache.ttl',
  type: z.number().positive(),
  default: 3_600,
  unit: 'seconds',
  describe: 'Seconds after which a task kept ready is made ready anew, where cache.task_cache.cache_type is ttl.',
});

export const taskCachePressure = setting({
  key: 'cache.task_cache.purge_at_heap_percent',
  type: z.number().int().min(1).max(100),
  default: 80,
  describe: 'Heap of the process in percent of its limit above which every task kept ready is forgotten.',
});

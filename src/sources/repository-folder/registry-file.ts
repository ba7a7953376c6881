import validRange from 'semver/ranges/valid.js';
import validVersion from 'semver/functions/valid.js';
import { z } from 'zod';

/** Where a repository keeps what it says of itself. */
export const registryFile = '.ratchet/registry.yaml';
export const indexFile = '.ratchet/index.json';

const text = z.string().max(10_000);
const texts = z.array(text);
const Pattern = z.string().min(1).max(500);

export const RepositoryVersion = z
  .string()
  .refine((version) => validVersion(version) === version, 'must be a semantic version such as 1.0.0');

export const RatchetRange = z
  .string()
  .max(200)
  .refine((range) => validRange(range) !== null, 'must be a version range such as >=0.1.0');

/** Which folders hold tasks. Patterns are compared with the path of a task, with the folders it lies in, and with the path of its metadata, all from the root. */
export const Discovery = z.looseObject({
  auto_index: z.boolean().optional().describe('Whether tools may write the index unasked.'),
  include_patterns: z.array(Pattern).optional().describe('Absent: everything below tasks.'),
  exclude_patterns: z.array(Pattern).optional(),
});
export type Discovery = z.infer<typeof Discovery>;

/** What .ratchet/registry.yaml holds. Unknown fields are kept and never an error. */
export const RegistryFile = z.looseObject({
  name: z.string().min(1).max(200),
  description: text.default(''),
  version: RepositoryVersion,
  ratchet_version: RatchetRange.optional(),
  maintainers: z.array(z.unknown()).optional(),
  categories: z.array(z.unknown()).optional(),
  tags: texts.optional(),
  discovery: Discovery.nullish(),
  repository: z.looseObject({ type: text.optional(), url: text.optional(), directory: text.optional(), branch: text.optional() }).nullish(),
  license: text.optional(),
  documentation: z.looseObject({ readme: text.optional(), examples: text.optional(), api_docs: text.optional() }).nullish(),
});
export type RegistryFile = z.infer<typeof RegistryFile>;

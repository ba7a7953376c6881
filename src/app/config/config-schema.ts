import { keysOf, unitOf, type Setting } from '#kernel/index.ts';
import { z } from 'zod';
import { profiles } from './profiles.ts';

type Schema = Record<string, unknown>;

const shared: Readonly<Record<string, Schema>> = {
  // A `${NAME}` may stand wherever a number, a text or a choice may.
  variable: { type: 'string', pattern: '\\$\\{' },
  duration: { type: 'string', pattern: '^\\s*(\\d|[Pp])[\\d.\\sA-Za-z]*$', description: 'Such as 30s, 10m, 1h30m, 7d or PT10M.' },
  size: { type: 'string', pattern: '^\\s*\\d+(\\.\\d+)?\\s*([KkMmGg]?[iI]?[Bb]?)\\s*$', description: 'Such as 64KB, 10MB or 1GB.' },
};

/** JSON Schema (draft 7, which editors read) of the configuration file. */
export function configJsonSchema(settings: readonly Setting[]): Schema {
  const sections: Schema = {};
  const add = (key: string, schema: Schema) => {
    const path = key.split('.');
    let level = sections;
    for (const part of path.slice(0, -1)) {
      const section = (level[part] ??= { type: ['object', 'null'], properties: {}, additionalProperties: false }) as {
        properties?: Schema;
      };
      // The value of an older key may be a section of its own.
      if (section.properties === undefined) return;
      level = section.properties;
    }
    level[path.at(-1)!] ??= schema;
  };
  for (const one of settings) add(one.key, schemaOf(one));
  for (const one of settings) {
    for (const alias of one.aliases ?? []) {
      if (typeof alias === 'string') add(alias, { ...older(one.key), allOf: [{ $ref: pointer(one.key) }] });
      else for (const key of keysOf({ key: '', aliases: [alias] }).slice(1)) add(key, older(one.key));
    }
  }
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Ratchet configuration',
    description: 'Settings of Ratchet; every one may be left out.',
    type: ['object', 'null'],
    properties: {
      profile: {
        type: 'string',
        description: 'Which profile holds, where neither --profile nor RATCHET_PROFILE says.',
        examples: Object.keys(profiles),
      },
      profiles: {
        type: ['object', 'null'],
        description: 'Settings that hold in one profile only, by its name.',
        additionalProperties: { type: ['object', 'null'], properties: references(sections), additionalProperties: false },
      },
      ...references(sections),
    },
    additionalProperties: false,
    definitions: { ...sections, ...Object.fromEntries(Object.entries(shared).map(([name, schema]) => [`any ${name}`, schema])) },
  };
}

function references(sections: Schema): Schema {
  return Object.fromEntries(Object.keys(sections).map((name) => [name, { $ref: `#/definitions/${name}` }]));
}

const sharedAs = (name: string): Schema => ({ $ref: `#/definitions/any%20${name}` });

function pointer(key: string): string {
  return `#/definitions/${key.split('.').join('/properties/')}`;
}

function older(key: string): Schema {
  return { description: `Older name of ${key}.`, deprecated: true };
}

function schemaOf(one: Setting): Schema {
  const { $schema: _draft, ...schema } = z.toJSONSchema(one.type, { io: 'input', unrepresentable: 'any', target: 'draft-7' }) as Schema;
  const unit = unitOf(one);
  const amount = unit === null ? [] : [sharedAs(unit === 'bytes' || unit === 'mb' ? 'size' : 'duration')];
  return {
    description: one.inactive === undefined ? one.describe : `${one.describe} No effect yet: ${one.inactive}.`,
    ...(one.defaultWords === undefined && one.default !== null ? { default: one.default } : {}),
    anyOf: [schema, ...amount, sharedAs('variable'), { type: 'null' }],
  };
}

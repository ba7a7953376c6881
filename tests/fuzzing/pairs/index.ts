import { arithmetic } from './arithmetic.ts';
import { emptyList } from './empty-list.ts';
import { endless } from './endless.ts';
import { httpFailure } from './http-failure.ts';
import { malformedBody } from './malformed-body.ts';
import { nullInResponse } from './null-in-response.ts';
import { optionalField } from './optional-field.ts';
import { prototypeKey } from './prototype-key.ts';
import { schemaDrift } from './schema-drift.ts';
import type { TaskPair } from './task-pair.ts';
import { unicode } from './unicode.ts';

/** Ten kinds of bugs, four tasks of each. They were written before the fuzzer was, and it knows nothing of them. */
export const kinds: Readonly<Record<string, readonly TaskPair[]>> = {
  'empty list': emptyList,
  'missing optional field': optionalField,
  'null in a response': nullInResponse,
  unicode,
  arithmetic,
  'unhandled failure of a request': httpFailure,
  'malformed body': malformedBody,
  'keys of the prototype': prototypeKey,
  'no end': endless,
  'schema and code apart': schemaDrift,
};

import {
  call,
  inputRejected,
  internalError,
  mayDo,
  notPermitted,
  problemsOf,
  type AuditLine,
  type Caller,
  type Operation,
  type Stream,
} from '#kernel/index.ts';
import type { Asking } from './asking.ts';

/** Something a server can be asked, known by its name here. */
interface Named {
  readonly name: string;
}

export interface EmbeddedParts {
  readonly operations: readonly Named[];
  readonly streams: readonly Named[];
  /** What the operations lean on, as they were declared. */
  readonly services: object;
  readonly now: () => number;
  readonly audit?: (line: AuditLine) => void;
}

/** Calls the operations of this process in the name of one caller: the same authorising, checking and auditing as over REST. */
export function createEmbeddedAsking({ operations, streams, services, now, audit }: EmbeddedParts, caller: Caller): Asking {
  const known = new Map([...operations, ...streams].map((one) => [one.name, one]));
  const find = ({ name }: Named): unknown => {
    const found = known.get(name);
    if (found === undefined) throw internalError({ what: `find ${name}, which this server does not have` });
    return found;
  };
  return {
    call: (operation, input, { signal, notify } = {}) =>
      // What the operations lean on is one object of the application, whose type only the operations know.
      call(find(operation) as Operation<object, (typeof operation)['input'], (typeof operation)['output']>, services, input, {
        caller,
        now,
        ...(signal === undefined ? {} : { signal }),
        ...(notify === undefined ? {} : { notify }),
        ...(audit === undefined ? {} : { audit }),
      }),
    async *follow(stream, input, { signal = new AbortController().signal, after = null } = {}) {
      const { open, permission, name } = find(stream) as Stream<object>;
      if (!mayDo(caller, permission)) throw notPermitted({ operation: name, permission, caller: caller.name });
      const parsed = stream.input.safeParse(input);
      if (!parsed.success) throw inputRejected({ operation: name, problems: problemsOf(parsed.error) });
      for await (const { id, kind, data } of open(services, parsed.data, after, { caller, now: now(), signal, notify: () => {} }))
        yield { id, kind, data: stream.data.parse(data) };
    },
  };
}

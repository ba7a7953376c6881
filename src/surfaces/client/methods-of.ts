import { eachItem, eachOf } from './each-item.ts';
import { knownOperation } from './known-operation.ts';
import type { CallSettings, FollowOptions } from './options.ts';
import { readAnswer } from './read-answer.ts';
import { readEvent } from './read-event.ts';
import type { Transport } from './transport.ts';
import type { KnownRoute } from './wire-operation.ts';

type Input = Readonly<Record<string, unknown>>;

/** A method for each route, by noun and verb; lists have one more that goes through all items. */
export function methodsOf(transport: Transport, known: Readonly<Record<string, KnownRoute>>): Record<string, Record<string, unknown>> {
  const nouns: Record<string, Record<string, unknown>> = {};
  for (const [name, route] of Object.entries(known)) {
    const [noun = '', verb = ''] = name.split('.');
    const methods = (nouns[noun] ??= {});
    const operation = knownOperation(name, route);
    if (route.isStream === true) {
      methods[verb] = (input: Input = {}, options: FollowOptions = {}) =>
        transport.follow(operation, input, options, (event) => readEvent(name, event, transport.origin));
      continue;
    }
    const call = async (input: Input = {}, settings?: CallSettings) =>
      readAnswer(operation, await transport.call(operation, input, settings));
    methods[verb] = call;
    if (route.shape !== 'page') continue;
    methods[eachOf(verb)] = (input: Input = {}, settings?: CallSettings) =>
      eachItem((asked) => call(asked, settings), input, transport.origin);
  }
  return nouns;
}

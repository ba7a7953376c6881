/**
 * What the realm took from JavaScript before any code of a task ran. A task may replace every method there is; whatever decides how an
 * execution ends goes through these. Kept short on purpose: each line costs boot time in every execution.
 */
export const { apply, construct } = Reflect;
export const { parse, stringify } = JSON;
export const { create, defineProperty, getOwnPropertyDescriptor, getPrototypeOf, keys, freeze, prototype: objectPrototype } = Object;
export const { isArray, prototype: arrayPrototype } = Array;
export const NativeDate = Date;
export const dateNow: () => number = Date.now;
export const NativeError = Error;
export const NativePromise = Promise;
export const promiseThen = Promise.prototype.then;
export const NativeIntl = Intl;

const stringSlice = String.prototype.slice;

/** The first `chars` UTF-16 units of a text. */
export function cut(text: string, chars: number): string {
  return text.length > chars ? apply(stringSlice, text, [0, chars]) : text;
}

/** An object that inherits nothing, so that nothing a task puts on Object.prototype shows in it. */
export function bare<T>(): { [key: string]: T } {
  return { __proto__: null } as unknown as { [key: string]: T };
}

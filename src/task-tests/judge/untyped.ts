/** The classes of JavaScript and of the platform itself, and the types of what is thrown without being an error. */
const builtIn = new Set([
  'Error',
  'TypeError',
  'ReferenceError',
  'RangeError',
  'SyntaxError',
  'EvalError',
  'URIError',
  'AggregateError',
  'InternalError',
  'DOMException',
  // Names of DOMException. TimeoutError is one too, and means what ours means.
  'AbortError',
  'DataCloneError',
  'InvalidAccessError',
  'InvalidCharacterError',
  'InvalidStateError',
  'NotSupportedError',
  'OperationError',
  'QuotaExceededError',
  'Object',
  'Array',
  'Function',
  'string',
  'number',
  'boolean',
  'bigint',
  'symbol',
  'function',
  'undefined',
  'null',
]);

/** Whether an error has no class of its own: nobody who calls the task can tell it from a slip in the code. */
export function isUntyped(errorClass: string): boolean {
  return builtIn.has(errorClass) || errorClass === '';
}

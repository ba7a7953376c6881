import { Ajv } from 'ajv';

/** What the addition task does, as plain functions: peers get the same work, both schema checks included. */
const schemaOf = (required: readonly string[]) => ({
  type: 'object',
  required,
  properties: Object.fromEntries(required.map((name) => [name, { type: 'number' }])),
});

const ajv = new Ajv();
const checkInput = ajv.compile(schemaOf(['num1', 'num2']));
const checkOutput = ajv.compile(schemaOf(['sum']));

export interface Pair {
  num1: number;
  num2: number;
}

export function add({ num1, num2 }: Pair): { sum: number } {
  if (typeof num1 !== 'number' || typeof num2 !== 'number') throw new TypeError('num1 and num2 must be numbers');
  return { sum: num1 + num2 };
}

/** JSON text in, JSON text out, checked on both sides. */
export function checkedAdd(inputJson: string): string {
  const input = JSON.parse(inputJson) as Pair;
  if (!checkInput(input)) throw new Error(ajv.errorsText(checkInput.errors));
  const output = add(input);
  if (!checkOutput(output)) throw new Error(ajv.errorsText(checkOutput.errors));
  return JSON.stringify(output);
}

import { doubled } from './doubled.ts';

export default async (input: { n: number }) => {
  const response = await fetch('http://127.0.0.1:43425/answer');
  return { n: doubled(input.n), status: response.status, id: crypto.randomUUID() };
};

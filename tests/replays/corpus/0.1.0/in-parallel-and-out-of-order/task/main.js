async function main(input, context) {
const numbers = [];
  await Promise.all(Array.from({ length: 30 }, async (_, n) => { const r = await fetch('http://127.0.0.1:43425/answer?n=' + n); numbers.push([n, (await r.json()).number]); }));
  return numbers;
}

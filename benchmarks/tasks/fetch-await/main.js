export default async function (input) {
  let sum = 0;
  for (let i = 0; i < input.requests; i++) {
    const response = await fetch(input.url);
    sum += (await response.json()).value;
  }
  return { sum };
}

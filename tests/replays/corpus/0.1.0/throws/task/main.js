async function main(input, context) {
await fetch('http://127.0.0.1:43425/answer');
  throw new HttpError(418, 'no coffee ' + Math.random());
}

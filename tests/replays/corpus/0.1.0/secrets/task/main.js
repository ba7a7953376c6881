async function main(input, context) {
const url = 'http://127.0.0.1:43425/answer?api_key=' + encodeURIComponent(input.password);
  const answer = await fetch(url, { method: 'POST', headers: { authorization: 'Bearer ' + input.token }, body: JSON.stringify({ secret: input.password }) });
  console.log('sent', input.password, input.token);
  return { status: answer.status, password: input.password };
}

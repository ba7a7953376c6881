async function main(input, context) {
const seen = [];
  for (let i = 0; i < 50; i++) seen.push(Date.now(), new Date().toString(), performance.now(), process.uptime(), new Intl.DateTimeFormat('en', { timeStyle: 'full' }).format());
  await new Promise((done) => setTimeout(done, 15));
  return [...seen, Date.now()];
}

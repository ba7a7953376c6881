async function main(input) {
  const seen = [];
  const see = (...what) => { seen.push(what); };
  see('date', new Date().toISOString(), performance.now() >= 0);
for (let i1 = 0; i1 < 2; i1++) { try { see('body', fetch("http://127.0.0.1:43425/answer?n=1").body); } catch (e) { see('failed', e.name, e.message); } }
setImmediate(() => see('immediate')); queueMicrotask(() => see('microtask'));
  throw new DataError('ends badly ' + seen.length);
}

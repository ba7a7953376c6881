async function main(input, context) {
console.log('waiting', Date.now());
  return (await fetch('http://127.0.0.1:43425/slow')).status;
}

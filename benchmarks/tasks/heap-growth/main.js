export default function () {
  const kept = [];
  for (;;) kept.push({ text: `number ${kept.length}`, more: [kept.length] });
}

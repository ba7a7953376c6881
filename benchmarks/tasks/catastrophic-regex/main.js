export default function () {
  return { matches: /^(a+)+$/.test(`${'a'.repeat(60)}b`) };
}

(function (input) {
  if (Math.random() < 0.6) throw new NetworkError('not this time');
  return { number: input.number };
});

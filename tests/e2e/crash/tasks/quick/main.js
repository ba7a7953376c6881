(function (input) {
  return { number: input.number };
});

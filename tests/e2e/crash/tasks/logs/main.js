(function (input) {
  for (let line = 0; line < 20; line++) console.log(`line ${line} of ${input.number}`);
  throw new DataError('as intended');
});

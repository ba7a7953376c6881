(async function (input) {
  await new Promise((resolve) => setTimeout(resolve, input.ms));
  return { number: input.number };
});

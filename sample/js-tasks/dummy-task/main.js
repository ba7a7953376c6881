(function (input) {
  return { result: 'Hello, ' + input.value };
});

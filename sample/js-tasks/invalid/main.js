function helper(input) {
  return { value: input.value;
}

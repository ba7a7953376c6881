async function main(input, context) {
return 1;
}

/** Nothing fits what was chosen so far; another choice may lead further. */
export class Contradiction extends Error {
  override readonly name = 'Contradiction';
}

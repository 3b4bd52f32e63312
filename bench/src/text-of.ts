/** Bytes of the text that every side carries. */
const LENGTH = 1_024;

/** A text of 1 KiB that says which message it is. */
export function textOf(index: number): string {
  return `message ${index} `.padEnd(LENGTH, '.');
}

/** Fails the benchmark on anything but the next expected text: a fast messenger that loses has no figure. */
export function expectText(got: string, index: number): void {
  if (got !== textOf(index)) throw new Error(`message ${index} was lost, repeated or reordered`);
}

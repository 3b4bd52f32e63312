/** Look at a condition `every` few milliseconds until it holds; fail with `what` when the deadline passes. */
export async function waitUntil(
  what: string,
  milliseconds: number,
  condition: () => boolean | Promise<boolean>,
  every = 25,
): Promise<void> {
  const deadline = Date.now() + milliseconds;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not within ${milliseconds} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}

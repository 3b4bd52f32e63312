/** How soon a parent's end is noticed; with the servers' own grace it stays below 3 s. Milliseconds. */
const LOOK_MS = 250;

/**
 * Call `onGone` once when the parent of this process has ended: the system then gives it another one.
 * Returns what ends the watch, which keeps no process alive.
 */
export function watchParent(onGone: () => void): () => void {
  const parent = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(look);
    onGone();
  }, LOOK_MS).unref();
  return () => clearInterval(look);
}

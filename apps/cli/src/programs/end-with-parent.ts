/** An orderly end of an orphan is begun at once and cut off after this; its supervisor promised 3 s. */
const ORPHAN_MS = 1500;

/**
 * For a server that was started with an IPC channel: `onEnd` is called once when whoever holds the other
 * end is gone, even by SIGKILL, and the process then has 1.5 s to end by itself. Call it before anything
 * slow. Without a channel it does nothing.
 */
export function endWithParent(onEnd: () => void): void {
  if (process.channel === undefined || process.channel === null) return;
  process.once('disconnect', () => {
    // What was acknowledged is on disk already, so that nothing is lost by force.
    setTimeout(() => process.exit(1), ORPHAN_MS).unref();
    onEnd();
  });
  // Listening would keep the process alive after its work is done; who else uses the channel decides for itself.
  if (process.listenerCount('message') === 0) process.channel.unref();
}

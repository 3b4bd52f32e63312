import { FILE_INTERVAL, FIRST_REFRESH, QUICK_SEEN_PACE, REFRESH_INTERVAL, SEEN_PACE } from '../constants.ts';
import type { NodeContext } from '../node-context.ts';
import { askOne, askSeveral } from './ask-others.ts';

type Context = Pick<NodeContext, 'directory' | 'links' | 'events' | 'now'>;

/**
 * Watch the file and ask the other nodes: one in turn where the list is signed, several together where nobody signs
 * it. Returns what ends it.
 */
export function keepDirectory(context: Context, quick = false): () => void {
  const { directory, links, events } = context;
  const file = setInterval(() => directory.lookAtFile(), FILE_INTERVAL).unref();
  const { first, every } = quick ? QUICK_SEEN_PACE : SEEN_PACE;
  const ends = [
    repeat(FIRST_REFRESH, REFRESH_INTERVAL, () => askOne(directory, links)),
    // A list that nobody has signed can be replaced by one that somebody has, so that both are looked at.
    repeat(jitter(first), jitter(every), () => askSeveral(directory, links, context)),
  ];
  return () => {
    clearInterval(file);
    for (const end of ends) end();
  };

  function repeat(first: number, every: number, ask: () => Promise<void>): () => void {
    let asking = false;
    const turn = (): void => {
      if (asking) return;
      asking = true;
      ask()
        .catch((error: unknown) => events.failed(error))
        .finally(() => {
          asking = false;
        });
    };
    const once = setTimeout(turn, first).unref();
    const again = setInterval(turn, every).unref();
    return () => {
      clearTimeout(once);
      clearInterval(again);
    };
  }
}

/** Nodes that were started together are not asked together for ever. */
function jitter(milliseconds: number): number {
  return milliseconds * (1 + Math.random() / 5);
}

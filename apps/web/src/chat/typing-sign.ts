/** How often it is said that somebody still types; the sign is over after 15 s without another. */
const AGAIN_MS = 6_000;
/** A pause after which they have stopped. */
const PAUSE_MS = 8_000;

export interface TypingSign {
  readonly typed: (text: string) => void;
  readonly stop: () => void;
}

/** Tells that somebody types: at the first key, seldom after it, and when they stop. */
export function createTypingSign(tell: (typing: boolean) => void, now: () => number): TypingSign {
  let toldAt: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => {
    clearTimeout(timer);
    if (toldAt === undefined) return;
    toldAt = undefined;
    tell(false);
  };
  return {
    stop,
    typed: (text) => {
      if (text === '') return stop();
      if (toldAt === undefined || now() - toldAt >= AGAIN_MS) {
        toldAt = now();
        tell(true);
      }
      clearTimeout(timer);
      timer = setTimeout(stop, PAUSE_MS);
    },
  };
}

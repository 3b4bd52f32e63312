/** What shows that somebody is there. */
const SIGNS = ['pointermove', 'pointerdown', 'keydown', 'wheel'] as const;

/** Keys that are held while another one is pressed, such as to go to another window. */
const HELD = new Set(['Alt', 'AltGraph', 'Control', 'Meta', 'Shift', 'CapsLock', 'Fn', 'OS']);

/** Call `listener` at every sign of a person, before anything else gets the event. Returns how to stop it. */
export function watchInput(listener: (event: Event) => void): () => void {
  const ending = new AbortController();
  let last = '';
  const take = (event: Event) => {
    if (event instanceof KeyboardEvent && HELD.has(event.key)) return;
    if (event.type === 'pointermove' && event instanceof PointerEvent) {
      // A pointer that rests also "moves" when something appears under it.
      const place = `${event.screenX} ${event.screenY}`;
      if (place === last) return;
      const first = last === '';
      last = place;
      if (first) return;
    }
    listener(event);
  };
  for (const sign of SIGNS) {
    addEventListener(sign, take, { signal: ending.signal, capture: true, passive: sign === 'wheel' });
  }
  return () => ending.abort();
}

/**
 * Runs in every page before its own code, ours and the peer's alike.
 *
 * - A key counts from `keydown`'s timeStamp, which the browser's own process gives it, to the first task after
 *   the frame in which its value is drawn: requestAnimationFrame runs before that frame is laid out and painted,
 *   a message posted there arrives after it. What the compositor and the screen add is the same for every page.
 * - Event Timing tells of the same keys until they are presented, rounded to 8 ms, and only from 16 ms on.
 * - `ready` is when the first row of the chat list stands in the document.
 */
export const PAGE_CLOCK = `{
  const clock = { keys: [], events: [] };
  globalThis.sottoBench = clock;
  const afterFrame = (done) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(performance.now());
    port2.postMessage(0);
  });
  let pressed;
  let awaited;
  clock.typed = (count) => new Promise((done) => {
    if (clock.keys.length >= count) done();
    else awaited = { count, done };
  });
  addEventListener('keydown', (event) => { pressed = event.timeStamp; }, true);
  addEventListener('input', () => {
    const since = pressed;
    afterFrame((now) => {
      clock.keys.push(now - since);
      if (clock.keys.length === awaited?.count) awaited.done();
    });
  }, true);
  new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries()) if (name === 'keydown') clock.events.push(duration);
  }).observe({ type: 'event', durationThreshold: 16 });
  clock.ready = new Promise((done) => {
    const watch = new MutationObserver(() => {
      if (!document.querySelector('[role="option"]')) return;
      watch.disconnect();
      done(performance.now());
    });
    watch.observe(document, { childList: true, subtree: true });
  });
  clock.open = () => new Promise((done) => {
    const row = document.querySelector('[role="option"]');
    const before = performance.now();
    const seen = new MutationObserver(() => {
      if (!document.querySelector('article')) return;
      seen.disconnect();
      afterFrame((now) => done(now - before));
    });
    seen.observe(document, { childList: true, subtree: true });
    row.click();
  });
  clock.scroll = (selector, milliseconds) => new Promise((done) => {
    const box = document.querySelector(selector);
    const gaps = [];
    box.scrollTop = box.scrollHeight;
    const start = performance.now();
    let last;
    const step = (now) => {
      if (last !== undefined) gaps.push(now - last);
      last = now;
      box.scrollTop -= 60;
      if (now - start < milliseconds) requestAnimationFrame(step);
      else done(gaps);
    };
    requestAnimationFrame(step);
  });
}`;

/** The floor: a field and as many plain lines as our page keeps, without any library. */
export const PLAIN_PAGE = `<!doctype html><title>plain</title>
<style>#lines { block-size: 500px; overflow: auto } textarea { inline-size: 100% }</style>
<div id="lines"></div><textarea></textarea>
<script>
  const lines = document.getElementById('lines');
  for (let index = 0; index < 500; index++) {
    lines.append(Object.assign(document.createElement('p'), { textContent: index + ': a line of a chat' }));
  }
  lines.scrollTop = lines.scrollHeight;
</script>`;

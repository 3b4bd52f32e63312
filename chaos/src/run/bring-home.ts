import type { HistoryLog } from '../history/history-log.ts';
import { isHome } from '../history/is-home.ts';
import type { World } from '../world/world.ts';

/**
 * Everything is healed by now. Mail may wait for a minute at most before it is tried again (back-off), and a
 * text for another half before a gap is shown; so long nothing new may be seen before we stop waiting.
 */
const PATIENCE_MS = 110_000;
const LOOK_MS = 100;

/** Start what is down, wait until everything acknowledged is shown, and read every chat to its end. */
export async function bringHome(world: World, log: HistoryLog): Promise<void> {
  for (const member of world.members.values()) {
    if (!member.isUp) await member.start();
  }
  let seen = 0;
  let since = performance.now();
  while (!isHome(log.entries) && performance.now() - since < PATIENCE_MS) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const count = log.entries.length;
    if (count > seen) since = performance.now();
    seen = count;
  }
  await untilCarried(world);
  await readChats(world, log);
}

/** Who sent it may hear later than who got it that it has been carried. */
async function untilCarried(world: World): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (const { screen } of world.people) {
    while (performance.now() < deadline) {
      const status = await screen.api?.call('status', {});
      if (status?.queued === 0) break;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
}

async function readChats(world: World, log: HistoryLog): Promise<void> {
  for (const person of world.people) {
    for (const other of world.people) {
      if (!world.isChat(person.number, other.number)) continue;
      for (const item of await person.screen.readChat(other.account)) {
        const common = { event: 'line', who: person.name, with: other.name, id: item.id } as const;
        if (item.kind === 'gap') {
          log.add({ ...common, direction: 'gap', text: String(item.missing), state: 'received' });
        } else {
          log.add({ ...common, direction: item.direction, text: item.text, state: item.state });
        }
      }
    }
  }
}

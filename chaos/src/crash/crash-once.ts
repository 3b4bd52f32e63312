import type { HistoryLog } from '../history/history-log.ts';
import type { Member } from '../world/member.ts';
import type { Person } from '../world/person.ts';
import type { World } from '../world/world.ts';
import { type CrashCase, type CrashOutcome, READERS, WRITER } from './crash-plan.ts';
import { receiveInTerminal, sendInTerminal } from './terminal.ts';

/** However slow the machine is: roads come back within a minute. */
const PATIENCE_MS = 90_000;

type Numbered = CrashCase & { readonly number: number };

/** Let a message come by the stop whose process then dies, and start that process again. */
export async function crashOnce(world: World, log: HistoryLog, one: Numbered): Promise<CrashOutcome> {
  const writer = personOf(world, WRITER);
  if (one.stop === 'compose') {
    const to = personOf(world, READERS.relay);
    return sendInTerminal(world, log, { from: writer, to, op: `crash#${one.number}`, crash: point(one) });
  }
  if (one.stop === 'show') {
    const to = personOf(world, READERS.relay);
    return to.screen.lend(async () => {
      await write(writer, to, one, 0);
      // What has not come yet is no passing: another look until something came.
      const deadline = performance.now() + PATIENCE_MS;
      while (performance.now() < deadline) {
        if ((await receiveInTerminal(world, log, to, point(one))) === 'died') return 'died';
      }
      return 'nothing passed';
    });
  }
  return crashMembers(one, {
    victims: victims(world, one),
    write: (count) => write(writer, personOf(world, READERS[one.road]), one, count),
  });
}

const point = ({ stop, moment }: CrashCase) => ({ stop, moment, pass: 1 });

function personOf(world: World, number: number): Person {
  const person = world.people[number];
  if (person === undefined) throw new Error(`there is no person ${number}`);
  return person;
}

/** Any member of the swarm may be the one that keeps it first. */
function victims(world: World, { stop, road }: CrashCase): readonly Member[] {
  if (stop === 'keep') {
    const named = (name: string) => (road === 'relay' ? name === 'relay' : name.startsWith('node'));
    return [...world.members.values()].filter(({ name }) => named(name));
  }
  const reads = stop === 'collect' || stop === 'open';
  return [personOf(world, reads ? READERS[road] : WRITER).member];
}

async function write(from: Person, to: Person, { stop, moment, road, number }: Numbered, count: number) {
  const op = `crash#${number}.${count}`;
  const text = `${op} ${stop} ${moment} ${road}`;
  await from.screen.send({ op, text, to: to.name, account: to.account });
}

/** One message passes while the order stands, and one goes after it when all is up again. */
async function crashMembers(
  one: CrashCase,
  { victims: members, write: say }: { victims: readonly Member[]; write: (count: number) => Promise<void> },
): Promise<CrashOutcome> {
  for (const member of members) member.control.setCrash(point(one));
  const deaths = members.map((member) => member.expectEnd());
  await Promise.all(members.map(({ control }) => control.heard()));
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), PATIENCE_MS);
  });
  const said = say(0);
  const first = await Promise.race([late, ...deaths]);
  clearTimeout(timer);
  await said;
  await Promise.all(
    members.map(async (member, index) => {
      member.control.setCrash(undefined);
      // Another one may be dying just now: either it has heard that it need not, or it is gone.
      await Promise.race([member.control.heard(), deaths[index]]);
      if (member.isUp) member.unexpectEnd();
      else await member.start();
    }),
  );
  await say(1);
  return first === 'late' ? 'nothing passed' : 'died';
}

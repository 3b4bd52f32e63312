import { createSeededRandom, type SeededRandom } from '@sotto/testkit';
import type { Plan } from '../plan/types.ts';
import type { World } from '../world/world.ts';

/** How often a text answers one that was read, where there is one. */
const ANSWERS = 0.4;

/**
 * Let everybody write to everybody they have a chat with, until told to stop. Whoever writes waits for the
 * answer of their own daemon before they write the next text into the same chat, as a person does.
 */
export async function talk(world: World, plan: Plan, until: AbortSignal): Promise<void> {
  const directions = plan.chats.flatMap(({ people: [one, other] }) => [
    { from: one, to: other },
    { from: other, to: one },
  ]);
  await Promise.all(
    directions.map(async ({ from, to }, index) => {
      const random = createSeededRandom(plan.seed * 1_000 + index);
      for (let count = 0; !until.aborted; count++) {
        await sleep(random.integer(2 * plan.pause), until);
        if (until.aborted) return;
        await say(world, { from, to, count, random });
      }
    }),
  );
}

async function say(
  world: World,
  job: { readonly from: number; readonly to: number; readonly count: number; readonly random: SeededRandom },
): Promise<void> {
  const { from, to, count, random } = job;
  const [writer, reader] = [world.people[from], world.people[to]];
  if (writer === undefined || reader === undefined) return;
  const op = `${from}>${to}#${count}`;
  const text = `${op} ${words(random)}`;
  const read = writer.screen.shown.filter(({ from: author }) => author === reader.name).at(-1);
  const cause = read !== undefined && random.chance(ANSWERS) ? operationIn(read.text) : undefined;
  await writer.screen.send({
    ...{ op, text, to: reader.name, account: reader.account },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Every text begins with its operation. */
function operationIn(text: string): string {
  return text.slice(0, text.indexOf(' '));
}

/** Something to say: mostly short, sometimes of the second size that seals have, in several alphabets. */
function words(random: SeededRandom): string {
  const alphabet = ['grüße ', 'さくら', '🎈', 'plain ', '\n'];
  const length = random.chance(0.05) ? 1_000 : 1 + random.integer(12);
  return Array.from({ length }, () => random.pick(alphabet)).join('');
}

/** Resolves after so long, or when told to stop. */
export function sleep(milliseconds: number, until: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (until.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      until.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    until.addEventListener('abort', done);
  });
}

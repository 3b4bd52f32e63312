import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SeededRandom } from '@sotto/testkit';
import type { HistoryLog } from '../history/history-log.ts';
import { ChaosProxy } from '../net/chaos-proxy.ts';
import { LinkRules } from '../net/link-rules.ts';
import type { Plan, Target } from '../plan/types.ts';
import { freeBlock, nodePlaces, relayPlaces } from './addresses.ts';
import { makeNodes } from './make-nodes.ts';
import { Member } from './member.ts';
import { type Person, startPerson } from './person.ts';
import type { Ended } from './product-process.ts';
import { SmallDisk } from './small-disk.ts';

/** A whole network of real processes and the people on it, every connection of which goes through us. */
export interface World {
  readonly dir: string;
  readonly people: readonly Person[];
  readonly members: ReadonlyMap<Target, Member>;
  /** Disks that can be full. */
  readonly disks: ReadonlyMap<Target, SmallDisk>;
  readonly rules: LinkRules;
  readonly proxy: ChaosProxy;
  readonly isChat: (one: number, other: number) => boolean;
  close(): Promise<void>;
}

export interface WorldRequest {
  /** Empty, and ours. */
  readonly dir: string;
  readonly plan: Pick<Plan, 'people' | 'swarms' | 'chats' | 'faults'>;
  readonly random: SeededRandom;
  readonly log: HistoryLog;
}

export async function createWorld({ dir, plan, random, log }: WorldRequest): Promise<World> {
  await mkdir(join(dir, 'data'), { mode: 0o700 });
  const addresses = await freeBlock();
  const rules = new LinkRules(random);
  const proxy = new ChaosProxy(rules);
  const members = new Map<Target, Member>();
  const people: Person[] = [];
  const disks = mountDisks(dir, plan, log);
  const close = async () => {
    await Promise.all([...members.values()].map((member) => member.end('SIGKILL')));
    await proxy.close();
    for (const disk of disks.values()) disk.unmount();
  };
  const parts = (name: Target) => ({
    name,
    data: dataOf(dir, name),
    log: join(dir, `${fileName(name)}.log`),
    control: join(dir, `${fileName(name)}.control`),
    onCrash: (who: Target, { signal, code, words }: Ended, harmed: boolean) => {
      const how = `${who} ended by itself with ${signal ?? code}: ${words}`;
      log.add(harmed ? { event: 'note', words: how } : { event: 'finding', words: how });
    },
  });
  try {
    const directory = await makeNodes({
      ...{ dir, addresses, swarms: plan.swarms },
      dataOf: (number) => dataOf(dir, `node:${number}`),
    });
    const count = plan.swarms.reduce((sum, each) => sum + each, 0);
    for (let number = 0; number < count; number++) {
      const { front, back } = nodePlaces(addresses, number);
      const common = parts(`node:${number}`);
      const listen = ['--listen', `${back.host}:${back.port}`, '--directory', directory];
      members.set(
        common.name,
        new Member({ ...common, args: ['node', 'serve', '--data', common.data, ...listen] }),
      );
      await proxy.open({ name: common.name, front, back });
    }
    const { front, back } = relayPlaces(addresses);
    await proxy.open({ name: 'relay', front, back });
    let url = '';
    const common = parts('relay');
    const listen = ['--listen', `${back.host}:${back.port}`];
    const relay = new Member({
      ...common,
      args: [
        ...['relay', 'serve', '--data', common.data, ...listen, '--registration', 'open'],
        ...['--public', `https://${front.host}:${front.port}`],
      ],
      onReady: async (ready) => {
        url = String(ready['url']);
      },
    });
    members.set('relay', relay);
    await Promise.all([...members.values()].map((member) => member.start()));
    for (let number = 0; number < plan.people; number++) {
      const name = `person:${number}` as const;
      proxy.expect(name);
      const person = await startPerson({
        ...{ parts: parts(name), number, log, dir, home: ['--relay', url, '--directory', directory] },
        nameOf: (account) => people.find((each) => each.account === account)?.name ?? 'a stranger',
      });
      members.set(name, person.member);
      people.push(person);
    }
    proxy.expect('unknown');
    await introduce(people, plan);
  } catch (error) {
    await close();
    throw error;
  }
  const pairs = new Set(
    plan.chats.flatMap(({ people: [one, other] }) => [`${one} ${other}`, `${other} ${one}`]),
  );
  const isChat = (one: number, other: number) => pairs.has(`${one} ${other}`);
  return { dir, people, members, disks, rules, proxy, isChat, close };
}

function fileName(name: Target): string {
  return name.replace(':', '-');
}

function dataOf(dir: string, name: Target): string {
  return join(dir, 'data', fileName(name));
}

/** A disk of its own for everybody whose disk is to be full one day. */
function mountDisks(dir: string, { faults }: WorldRequest['plan'], log: HistoryLog): Map<Target, SmallDisk> {
  const disks = new Map<Target, SmallDisk>();
  const targets = new Set(faults.filter(({ fault }) => fault === 'disk-full').map(({ target }) => target));
  for (const target of targets) {
    const disk = SmallDisk.mount(dataOf(dir, target));
    if (disk !== undefined) disks.set(target, disk);
    else log.add({ event: 'note', words: `no small disk for ${target}: only root can mount one` });
  }
  return disks;
}

/** Everybody who has a chat takes the other for a contact, and both want the chat's road. */
async function introduce(people: readonly Person[], { chats }: WorldRequest['plan']): Promise<void> {
  for (const { people: both, road } of chats) {
    const [one, other] = both.map((number) => people[number]);
    if (one === undefined || other === undefined) throw new Error('a chat with nobody');
    for (const [person, contact] of [
      [one, other],
      [other, one],
    ] as const) {
      const { api } = person.screen;
      if (api === undefined) throw new Error(`${person.name} has no daemon`);
      await api.call('contacts.add', { who: contact.account });
      await api.call('contacts.road', { who: contact.account, road });
    }
  }
}

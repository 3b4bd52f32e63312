import type { HistoryLog } from '../history/history-log.ts';
import { Member, type MemberParts } from './member.ts';
import { runProduct } from './product-process.ts';
import { Screen } from './screen.ts';

/** Somebody with an account, a daemon and a screen. */
export interface Person {
  readonly name: string;
  readonly number: number;
  readonly account: string;
  readonly member: Member;
  readonly screen: Screen;
}

/** Make an account and start its daemon, with a screen that attaches whenever it is there. */
export async function startPerson(request: {
  readonly parts: Omit<MemberParts, 'args' | 'onReady'>;
  readonly number: number;
  readonly log: HistoryLog;
  /** Flags that say where the account lives. */
  readonly home: readonly string[];
  readonly nameOf: (account: string) => string;
}): Promise<Person> {
  const { parts, number, log, home, nameOf } = request;
  const { name, data } = parts;
  const made = await runProduct({
    args: ['account', 'create', '--profile', data, '--name', name, ...home, '--json'],
    log: parts.log,
  });
  if (made.code !== 0) throw new Error(`no account for ${name}: ${made.words}`);
  const { account_id } = JSON.parse(made.stdout) as { account_id: string };
  const screen = new Screen({ name, log, nameOf });
  const member = new Member({
    ...parts,
    args: ['daemon', '--profile', data],
    onReady: (ready) => screen.attach(String(ready['socket'])),
  });
  await member.start();
  return { name, number, account: account_id, member, screen };
}

import { join } from 'node:path';
import type { HistoryLog } from '../history/history-log.ts';
import { ControlFile, type CrashPoint } from '../world/control-file.ts';
import type { Person } from '../world/person.ts';
import { runProduct } from '../world/product-process.ts';
import type { World } from '../world/world.ts';
import type { CrashOutcome } from './crash-plan.ts';

/** Exit codes of `sotto send` that mean "written down". */
const WRITTEN = [0, 3];

let terminals = 0;

/** A control file for one command; with an order it dies by its own hand. */
function controlFor({ dir }: World, crash: CrashPoint | undefined): string {
  const control = new ControlFile(join(dir, `terminal-${terminals++}.control`));
  control.setCrash(crash);
  return control.path;
}

/** `sotto send`, killed where the order says. */
export async function sendInTerminal(
  world: World,
  log: HistoryLog,
  job: { readonly from: Person; readonly to: Person; readonly op: string; readonly crash: CrashPoint },
): Promise<CrashOutcome> {
  const { from, to, op, crash } = job;
  const text = `${op} typed in a terminal`;
  log.add({ event: 'invoked', op, from: from.name, to: to.name, text });
  const args = ['send', '--profile', from.member.data, '--to', to.account, '--timeout', '1', '--json'];
  const done = await runProduct({
    args: [...args, '--', text],
    log: join(world.dir, 'terminal.log'),
    control: controlFor(world, crash),
  });
  if (WRITTEN.includes(done.code ?? -1)) {
    const { id } = JSON.parse(done.stdout) as { id: string };
    log.add({ event: 'acknowledged', op, id });
  } else log.add({ event: 'unsure', op, why: done.signal ?? done.words });
  return done.signal === 'SIGKILL' ? 'died' : 'nothing passed';
}

/** `sotto receive`, killed where the order says; what it printed before that was shown. */
export async function receiveInTerminal(
  world: World,
  log: HistoryLog,
  person: Person,
  crash?: CrashPoint,
): Promise<CrashOutcome> {
  const done = await runProduct({
    args: ['receive', '--profile', person.member.data, '--timeout', '5', '--json'],
    log: join(world.dir, 'terminal.log'),
    control: controlFor(world, crash),
  });
  for (const line of done.stdout.split('\n').filter((each) => each !== '')) {
    const { id, from, text } = JSON.parse(line) as { id: string; from: string; text: string };
    const author = world.people.find(({ account }) => account === from)?.name ?? 'a stranger';
    log.add({ event: 'shown', who: person.name, from: author, text, id });
  }
  return done.signal === 'SIGKILL' ? 'died' : 'nothing passed';
}

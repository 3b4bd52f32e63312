import type { LinkFault, LinkRule } from '../net/link-rules.ts';
import { sleep } from '../run/talk.ts';
import type { FaultJob } from './fault-job.ts';
import { flipBit } from './flip-bit.ts';

/** Do one fault and heal it. Resolves with what came of it, where that is not the same every time. */
export async function doFault(job: FaultJob): Promise<string | undefined> {
  const { planned, member, until } = job;
  const { lasts, fault } = planned;
  switch (fault) {
    case 'kill':
      await member.end('SIGKILL');
      await sleep(lasts, until);
      await member.start();
      return undefined;
    case 'restart':
      await member.end('SIGTERM');
      await member.start();
      return undefined;
    case 'pause':
      member.signal('SIGSTOP');
      await sleep(lasts, until);
      member.signal('SIGCONT');
      return undefined;
    case 'crash':
      return crash(job);
    case 'clock':
      member.control.setClock(planned.milliseconds ?? 0);
      await sleep(lasts, until);
      member.control.setClock(0);
      return undefined;
    case 'disk-full':
      return fillDisk(job);
    case 'bit-flip':
      return flipBit(job);
    case 'partition':
      return onLinks(job, { kind: 'silence' }, ['from', 'to']);
    case 'one-way':
      return onLinks(job, { kind: 'silence' }, [planned.way ?? 'from']);
    case 'delay':
      return onLinks(job, { kind: 'delay', milliseconds: planned.milliseconds ?? 0 }, ['from', 'to']);
    case 'reorder':
      return onLinks(job, { kind: 'reorder', milliseconds: planned.milliseconds ?? 1 }, ['from', 'to']);
    case 'loss':
      return onLinks(job, { kind: 'loss', probability: planned.probability ?? 0 }, ['from', 'to']);
    case 'duplicate':
      return onLinks(job, { kind: 'duplicate' }, ['from', 'to']);
  }
}

/** The process dies by its own hand where a message passes; if none passes in time, nothing happens. */
async function crash({ planned, member, until }: FaultJob): Promise<string> {
  member.control.setCrash(planned.point);
  const died = member.expectEnd().then(() => true);
  const passed = await Promise.race([died, sleep(planned.lasts, until).then(() => false)]);
  member.control.setCrash(undefined);
  // It may be dying just now: either it has heard that it need not, or it is gone.
  if (!passed) await Promise.race([died, member.control.heard()]);
  if (member.isUp) {
    member.unexpectEnd();
    return 'nothing passed';
  }
  await member.start();
  return 'died';
}

async function fillDisk({ world, planned, member, until }: FaultJob): Promise<string> {
  const disk = world.disks.get(planned.target);
  if (disk === undefined) return 'skipped: no disk of its own';
  member.harmed = true;
  disk.fill();
  await sleep(planned.lasts, until);
  disk.clear();
  const ended = !member.isUp;
  if (ended) await member.start();
  member.harmed = false;
  return ended ? 'ended, and was started again' : 'went on';
}

/** Links between the target and everybody, in the directions of what the target says and is told. */
async function onLinks(
  { world, planned, until }: FaultJob,
  fault: LinkFault,
  ways: readonly ('from' | 'to')[],
): Promise<string> {
  const { target } = planned;
  const added: LinkRule[] = ways.map((way) =>
    world.rules.add(way === 'from' ? { from: target, to: '*', fault } : { from: '*', to: target, fault }),
  );
  await sleep(planned.lasts, until);
  for (const rule of added) world.rules.remove(rule);
  return `touched ${added.reduce((sum, { touched }) => sum + touched, 0)}`;
}

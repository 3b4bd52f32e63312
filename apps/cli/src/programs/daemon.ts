import { DONE } from '../cli-error.ts';
import type { InvocationOf } from '../parse/invocation.ts';
import type { Context } from './context.ts';
import { endWithParent } from './end-with-parent.ts';
import { warnUnlocked } from './warn-unlocked.ts';

/** Own a profile until told to end. */
export async function daemon(invocation: InvocationOf<'daemon'>, context: Context): Promise<number> {
  const { output, terminal } = context;
  const { profile, passphraseFile, proxy } = invocation;
  const orphaned = new AbortController();
  endWithParent(() => orphaned.abort());
  const { runDaemon } = await import('@sotto/app-daemon');
  await warnUnlocked(invocation, context);
  await runDaemon({
    profile,
    ...(passphraseFile === undefined ? {} : { passphraseFile }),
    ...(proxy === undefined ? {} : { proxy }),
    signal: AbortSignal.any([terminal.signal, orphaned.signal]),
    onReady: (ready) =>
      output.result(
        { event: 'ready', ...ready, pid: process.pid },
        `ready: commands with --profile ${ready.profile} attach to process ${process.pid}`,
      ),
    log: (event, facts = {}) => {
      const told = Object.entries(facts).map(([name, value]) => ` ${name}=${value}`);
      output.note(`${event}${told.join('')}`);
    },
  });
  return DONE;
}

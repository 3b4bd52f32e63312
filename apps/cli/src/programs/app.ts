import { DONE } from '../cli-error.ts';
import type { InvocationOf } from '../parse/invocation.ts';
import { VERSION } from '../parse/version.ts';
import type { Context } from './context.ts';
import { endWithParent } from './end-with-parent.ts';
import { explainListening } from './explain-listening.ts';
import { warnUnlocked } from './warn-unlocked.ts';

/** Own a profile and show it on a page until told to end. */
export async function app(invocation: InvocationOf<'app'>, context: Context): Promise<number> {
  const { output, terminal } = context;
  const { profile, passphraseFile, proxy, listen, label, open } = invocation;
  const orphaned = new AbortController();
  endWithParent(() => orphaned.abort());
  const { loadApp } = await import('@sotto/app-daemon');
  const { runApp } = await loadApp();
  const { pageFolder } = await import('@sotto/app-web');
  const network = await networkText(invocation);
  await warnUnlocked(invocation, context);
  await runApp({
    profile,
    listen,
    open,
    pageFolder,
    version: VERSION,
    ...(passphraseFile === undefined ? {} : { passphraseFile }),
    ...(proxy === undefined ? {} : { proxy }),
    ...(network === undefined ? {} : { network }),
    ...(label === undefined ? {} : { label }),
    signal: AbortSignal.any([terminal.signal, orphaned.signal]),
    onReady: ({ url, profile: folder }) =>
      output.result(
        { event: 'ready', url, profile: folder, pid: process.pid },
        `ready: ${url}\nThis link opens the profile ${folder} for whoever has it; keep it to yourself.`,
      ),
    onNoBrowser: () => output.note('no browser could be opened; open the link yourself'),
    log: (event, facts = {}) => {
      const told = Object.entries(facts).map(([name, value]) => ` ${name}=${value}`);
      output.note(`${event}${told.join('')}`);
    },
  }).catch((error: unknown) => {
    throw explainListening(error) ?? error;
  });
  return DONE;
}

/** Settled before anything is touched, as for a new account. */
async function networkText({ network }: InvocationOf<'app'>): Promise<string | undefined> {
  if (network === undefined) return undefined;
  const { loadNetworks } = await import('@sotto/app-daemon');
  const { resolveNetwork } = await loadNetworks();
  return (await resolveNetwork({ network })).network;
}

import { DONE } from '../cli-error.ts';
import type { InvocationOf } from '../parse/invocation.ts';
import { type Context, toldToEnd } from './context.ts';
import { endWithParent } from './end-with-parent.ts';
import { explainListening } from './explain-listening.ts';
import { explainServers } from './explain-servers.ts';
import { withinDrainTime } from './within-drain-time.ts';

/** Run a relay until told to end. */
export async function relayServe(
  {
    data,
    listen,
    registration,
    codes,
    publicUrl,
    tls,
    proxies,
    database,
    bus,
    blobs,
    turn,
    remoteConfig,
    operation,
  }: InvocationOf<'relay serve'>,
  context: Context,
): Promise<number> {
  const orphaned = new Promise<void>(endWithParent);
  const { createInvite, startRelay } = await import('@sotto/app-relay');
  const relay = await startRelay({
    data,
    listen,
    registration,
    ...(codes === undefined ? {} : { codes }),
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(tls === undefined ? {} : { tls }),
    ...(database === undefined ? {} : { database }),
    ...(bus === undefined ? {} : { bus }),
    ...(blobs === undefined ? {} : { blobs }),
    ...(turn === undefined ? {} : { turn }),
    ...(proxies === undefined ? {} : { proxies }),
    ...(remoteConfig === undefined ? {} : { remoteConfig }),
    ...(operation === undefined ? {} : { operation }),
  }).catch((error: unknown) => {
    throw explainListening(error) ?? explainServers(error) ?? error;
  });
  try {
    const invite =
      relay.fresh && registration === 'invite'
        ? (await createInvite({ data, ...(database !== undefined && { database }) })).invite
        : undefined;
    const port = relay.operationPort;
    const metrics = port === undefined ? {} : { metrics_port: port };
    const ready = { event: 'ready', url: relay.url, key: relay.key, pid: process.pid, ...metrics };
    if (invite === undefined) await context.output.result(ready, `ready: ${relay.url}`);
    else {
      await context.output.result({ ...ready, invite }, `ready: ${relay.url}\nfirst invite: ${invite}`);
    }
    await Promise.race([toldToEnd(context), orphaned]);
  } finally {
    await withinDrainTime('the relay', relay.close());
  }
  return DONE;
}

import type { Client, ClientStore, Clock } from '@sotto/client';
import { parseAccountId, parseNetwork, readRecord } from '@sotto/identity';
import type { CheckValue } from '@sotto/local-api';
import { checkClock } from './check-clock.ts';
import { checkProxy } from './check-proxy.ts';
import { describeOnion } from './describe-onion.ts';
import { describeTrouble } from './describe-trouble.ts';
import type { RoadMaker } from './make-roads.ts';

/** How long the roads get to come up before they are judged. */
const SETTLE_MS = 5_000;

interface Examined {
  readonly client: Client;
  readonly store: ClientStore;
  readonly maker: RoadMaker;
  readonly clock: Clock;
}

/** What `doctor` asks of a running client. Reads only; says nothing that names anybody. */
export async function examineClient(examined: Examined): Promise<readonly CheckValue[]> {
  const { client, clock } = examined;
  await Promise.race([client.settled(), new Promise<void>((resolve) => clock.after(SETTLE_MS, resolve))]);
  const { proxy } = await wayOf(examined);
  return [
    ...(proxy === undefined ? [] : [await checkProxy(proxy)]),
    ...(await checkRoads(examined)),
    ...(await checkRelayClock(examined)),
    await checkRecord(examined),
    ...(await checkOnion(examined)),
    ...(await checkPreKeys(examined)),
    await checkOutbox(client),
    ...(await tellRefused(client)),
  ];
}

async function checkRoads({ client, maker }: Examined): Promise<readonly CheckValue[]> {
  const checks: CheckValue[] = [];
  const { relayAccess } = await client.preferences();
  const explain = { relay: relayAccess === 'onion' ? behindOnion : troubleOf, onion: noPath(maker) };
  for (const { road, result } of await client.probe()) {
    checks.push(
      result.outcome === 'ok'
        ? { check: road, ok: true, detail: `answers in ${Math.round(result.milliseconds)} ms` }
        : {
            check: road,
            ok: false,
            ...explain[road](result.reason),
          },
    );
  }
  for (const status of (await client.status()).roads) {
    if (status.state !== 'stopped') continue;
    const elsewhere = status.stop === 'connected-elsewhere';
    checks.push({
      check: `${status.road} connection`,
      ok: false,
      detail: elsewhere ? 'another process uses this very device' : 'this device is no longer known there',
      hint: elsewhere
        ? 'a profile must not run in two places; restore the account in the other one'
        : 'the account was deleted or restored elsewhere; restore it from its words to go on here',
    });
  }
  return checks;
}

function noPath(maker: RoadMaker): (reason: string) => Pick<CheckValue, 'detail' | 'hint'> {
  return (reason) => {
    const trouble = maker.made().onion?.trouble();
    if (trouble !== undefined) {
      const { problem, hint } = describeTrouble(trouble);
      return { detail: problem, hint };
    }
    return {
      detail: `no path through the onion network answers (${reason})`,
      hint: 'check the connection of this machine; when others have the same trouble, ask whoever keeps the directory',
    };
  };
}

/** The relay, where nothing that must not say who asks is to reach it directly. */
function behindOnion(reason: string): Pick<CheckValue, 'detail' | 'hint'> {
  return {
    detail: `gives no answer through the onion network (${reason}), and relay access is \`onion\``,
    hint: 'mail still comes in directly; if the onion road is well, the relay cannot be reached from storage nodes: ask its operator',
  };
}

/** In words, what a road gives as the reason why nothing answers. */
function troubleOf(reason: string): Pick<CheckValue, 'detail' | 'hint'> {
  if (reason === 'wrong-key') {
    return {
      detail: 'another server answers at its address: it shows another key',
      hint: 'somebody may stand between, or the relay was set up anew; ask its operator',
    };
  }
  if (reason === 'untrusted') {
    return {
      detail: 'no known authority vouches for the server at its address',
      hint: 'ask its operator for the whole URL, with `#key=`; or, if its authority is one of their own, for that one’s certificate, and name it with NODE_EXTRA_CA_CERTS=FILE',
    };
  }
  return {
    detail: `does not answer (${reason})`,
    hint: 'check that it runs and can be reached; `sotto account show` prints its address',
  };
}

/** Where this account lives, and how it is dialled. */
async function wayOf({ store, maker }: Examined) {
  const state = await store.account();
  const network = state === undefined ? {} : parseNetwork(state.network);
  return { network, ...maker.wayOf(network) };
}

async function checkRelayClock(examined: Examined): Promise<readonly CheckValue[]> {
  const { network, proxy, source } = await wayOf(examined);
  // Nor may a connection that is no device's be opened there by whoever wants none.
  if ((await examined.client.preferences()).relayAccess === 'onion') return [];
  // It is asked for on a plain connection of its own, which would not go through the proxy.
  if (network.relay === undefined || proxy !== undefined) return [];
  const check = await checkClock(network.relay, { now: () => examined.clock.now(), source });
  return check === undefined ? [] : [check];
}

async function checkRecord({ client, store, clock }: Examined): Promise<CheckValue> {
  const check = 'account record';
  const state = await store.account();
  const read = state && readRecord(state.record, parseAccountId(state.account));
  if (read?.outcome !== 'read') {
    return { check, ok: false, detail: 'cannot be read', hint: 'restore the account from its words' };
  }
  const hours = Math.floor((read.record.validUntil - clock.now()) / 3_600_000);
  if (hours <= 0) {
    const hint = 'it is renewed while a daemon runs and the network answers';
    return { check, ok: false, detail: 'no longer valid: new people cannot reach this account', hint };
  }
  const detail = `revision ${read.record.revision}, valid for ${Math.floor(hours / 24)} days`;
  if (!(await client.status()).recordPending) return { check, ok: true, detail };
  return {
    check,
    ok: false,
    detail: `${detail}, not published yet`,
    hint: 'it is published when the network answers',
  };
}

/** Beyond the round trip, which is every road's. */
async function checkOnion({ store, maker, clock }: Examined): Promise<readonly CheckValue[]> {
  const { onion } = maker.made();
  const state = await store.account();
  if (onion === undefined || state === undefined) return [];
  const found = await onion.examine({ account: parseAccountId(state.account), record: state.record });
  return found === undefined ? [] : describeOnion(found, clock.now());
}

async function checkPreKeys({ maker }: Examined): Promise<readonly CheckValue[]> {
  const checks: CheckValue[] = [];
  for (const road of maker.made().all) {
    const count = await road.countPreKeys();
    if (count === undefined) continue;
    const ok = count.preKeys > 0 && count.kyberPreKeys > 0;
    checks.push({
      check: `one-time keys at the ${road.name}`,
      ok,
      detail: `${count.preKeys} and ${count.kyberPreKeys} left`,
      ...(ok ? {} : { hint: 'first messages use the last-resort key until a daemon has refilled them' }),
    });
  }
  return checks;
}

async function checkOutbox(client: Client): Promise<CheckValue> {
  const { queued } = await client.status();
  const check = 'outbox';
  if (queued === 0) return { check, ok: true, detail: 'nothing waits' };
  return {
    check,
    ok: false,
    detail: `${queued} waiting to be carried`,
    hint: 'they go out while a daemon or a command with this profile runs and the network answers',
  };
}

/** Refusing garbage is right; many refusals of mail that should have been good are worth knowing. */
async function tellRefused(client: Client): Promise<readonly CheckValue[]> {
  const refused = Object.entries((await client.status()).refused);
  if (refused.length === 0) return [];
  const detail = refused.map(([reason, count]) => `${reason} ${count}`).join(', ');
  return [{ check: 'refused since the start', ok: true, detail }];
}

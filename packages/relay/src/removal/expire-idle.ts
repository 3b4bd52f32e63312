import { DAY, HOUSEKEEPING_BATCH, IDLE_DAYS } from '../constants.ts';
import type { RelayContext } from '../context.ts';
import type { Caller } from '../http/call.ts';
import { holdsLogin, readAccount, setLastSeen } from '../store/accounts.ts';
import { type AccountDevice, idleAccounts, idleDevices } from '../store/devices.ts';
import { dropAccount } from './drop-account.ts';
import { dropDevice } from './drop-device.ts';

type Idle = Pick<
  RelayContext,
  'store' | 'mailbox' | 'onlineMail' | 'connections' | 'avatars' | 'events' | 'now'
>;

/**
 * Unlink devices and delete accounts that have been away for long (signal-service §0), a batch at a time. Whoever is
 * connected is not away, however long ago it came.
 */
export async function expireIdle(context: Idle): Promise<void> {
  const { store, events, now } = context;
  const day = Math.floor(now() / DAY);
  await noteConnected(context, day);
  const [deviceDay, accountDay] = [day - IDLE_DAYS.linkedDevice, day - IDLE_DAYS.account];
  await inBatches(
    () => store.read(() => idleDevices(deviceDay, HOUSEKEEPING_BATCH)),
    async (device) => {
      const { outcome } = await dropDevice(context, device, () => whyKeep(device, deviceDay));
      if (outcome === 'dropped') events.count('device-expired');
      return outcome === 'dropped';
    },
  );
  await inBatches(
    () => store.read(() => idleAccounts(accountDay, HOUSEKEEPING_BATCH)),
    async (aci) => {
      const dropped = await dropAccount(context, aci, function* () {
        const account = yield* readAccount(aci);
        return account?.devices.every(({ lastSeenDay }) => lastSeenDay < accountDay) === true;
      });
      if (dropped) events.count('account-expired');
      return dropped;
    },
  );
}

/** It may have come back since it was looked for. */
function* whyKeep({ aci, device }: AccountDevice, day: number) {
  const account = yield* readAccount(aci);
  const found = account?.devices.find(({ id }) => id === device);
  return found !== undefined && found.lastSeenDay < day ? undefined : 'not idle';
}

/** As long as there are more, and they go. */
async function inBatches<One>(
  read: () => Promise<readonly One[]>,
  drop: (one: One) => Promise<boolean>,
): Promise<void> {
  for (;;) {
    const batch = await read();
    let dropped = 0;
    for (const one of batch) if (await drop(one)) dropped += 1;
    if (dropped === 0 || batch.length < HOUSEKEEPING_BATCH) return;
  }
}

/** A connection may last for weeks; its first day alone would be noted otherwise. */
async function noteConnected({ store, connections }: Idle, day: number): Promise<void> {
  const connected = [...connections.devices()];
  for (let from = 0; from < connected.length; from += HOUSEKEEPING_BATCH) {
    const due: Caller[] = [];
    for (const caller of connected.slice(from, from + HOUSEKEEPING_BATCH)) {
      const account = await store.findAccount(caller.aci);
      const device = account?.devices.find(({ id }) => id === caller.device);
      if (device !== undefined && device.lastSeenDay < day) due.push(caller);
    }
    if (due.length === 0) continue;
    await store.write(function* () {
      for (const caller of due) {
        if (yield* holdsLogin(caller)) yield* setLastSeen(caller.aci, caller.device, day);
      }
    });
  }
}

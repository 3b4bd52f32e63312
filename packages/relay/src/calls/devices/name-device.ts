import { MAX_DEVICE_ID, parseDeviceName, parseJson } from '@sotto/protocol';
import type { RelayContext } from '../../context.ts';
import { type Call, type Caller, type Reply, reply } from '../../http/call.ts';
import { holdsLogin, readAccount } from '../../store/accounts.ts';
import { setDeviceName } from '../../store/devices.ts';
import { managesDevices } from './manages-devices.ts';

/**
 * `PUT /v1/accounts/name/?deviceId=` (signal-service §2.5): a device's name, which its account alone can read. Without
 * a number, the caller's own. 404 for a device that is not there, 403 for one that the caller may not name.
 */
export async function nameDevice(context: RelayContext, call: Call & { caller: Caller }): Promise<Reply> {
  const { caller } = call;
  const { deviceName } = parseDeviceName(parseJson(call.body));
  const device = deviceIdOf(call.query.get('deviceId') ?? String(caller.device));
  const status = await context.store.write(function* () {
    if (!(yield* holdsLogin(caller))) return 401;
    const account = yield* readAccount(caller.aci);
    if (account === undefined || account.devices.every(({ id }) => id !== device)) return 404;
    if (device !== caller.device && !(yield* managesDevices(caller))) return 403;
    yield* setDeviceName({ aci: caller.aci, device: device as number }, deviceName);
    return 204;
  });
  return reply(status);
}

/** A device's number in text from outside. */
export function deviceIdOf(text: string): number | undefined {
  const id = /^[0-9]{1,3}$/.test(text) ? Number(text) : 0;
  return id >= 1 && id <= MAX_DEVICE_ID ? id : undefined;
}

import { type Bytes, fromBase64Url, toHex } from '@sotto/bytes';
import { formatListedDevice } from '@sotto/protocol';
import type { RelayContext } from '../../context.ts';
import { type Call, type Caller, jsonReply, type Reply, reply } from '../../http/call.ts';
import { overLimit } from '../../limits/over-limit.ts';
import { readAccount } from '../../store/accounts.ts';
import { readLinkedDevice } from '../../store/link-tokens.ts';
import { listedDevice } from './list-devices.ts';
import { poll } from './poll.ts';

const TOKEN_BYTES = 32;

/**
 * `GET /v1/devices/wait_for_linked_device/{tokenIdentifier}` (signal-service §2.6): which device the caller's code has
 * linked, once what came for the caller before that has been taken: it goes into the history that the caller will hand
 * over, while the new device is sent what comes from then on.
 */
export async function waitForLinkedDevice(
  context: RelayContext,
  call: Call & { caller: Caller },
): Promise<Reply> {
  const { caller } = call;
  const tokenHash = parseToken(call.parameters[0] ?? '');
  if (tokenHash === undefined) return reply(400);
  const limited = overLimit(context, 'waitForLinkedDevice', toHex(caller.aci));
  if (limited !== undefined) return limited;
  const { store, mailbox } = context;
  const queue = { account: caller.aci, device: caller.device };
  /** The newest mail at the first look that saw the device. */
  let newest: number | undefined;
  return poll(context, call, {
    bell: toHex(tokenHash),
    look: async () => {
      const linked = await store.read(() => readLinkedDevice(tokenHash, caller.aci, context.now()));
      if (linked === undefined) return undefined;
      newest ??= await mailbox.newest(queue);
      const [oldest] = await mailbox.read(queue, 0, 1);
      if (oldest !== undefined && oldest.position <= newest) return undefined;
      const account = await store.read(() => readAccount(caller.aci));
      const device = account?.devices.find(({ id }) => id === linked);
      return device && jsonReply(formatListedDevice(listedDevice(device)));
    },
  });
}

function parseToken(text: string): Bytes | undefined {
  try {
    const token = fromBase64Url(text);
    return token.length === TOKEN_BYTES ? token : undefined;
  } catch {
    return undefined;
  }
}

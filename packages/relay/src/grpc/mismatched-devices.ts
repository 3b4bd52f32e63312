import { formatAci } from '@sotto/identity';
import {
  type CHAT_API,
  type Decoded,
  type MismatchedDevices,
  parseMismatchedDevices,
  parseStaleDevices,
  STATUS,
  type StaleDevices,
} from '@sotto/protocol';
import type { Caller, Reply } from '../http/call.ts';
import { textToServiceIdentifier, toPathId } from './service-id.ts';
import { jsonOf, one } from './unary.ts';

/** The answers to 409 and 410 of a send: the recipient has other devices than its sender knows (§4.1). */

type ToOne = Pick<Decoded<typeof CHAT_API.Messages.method.sendMessage.input>, 'destination'>;

function ofDestination(reply: Reply, { destination }: ToOne) {
  return mismatched(toPathId(destination), reply);
}

function ofCaller(reply: Reply, _request: unknown, { caller }: { readonly caller: Caller }) {
  return mismatched(formatAci(caller.aci), reply);
}

export const devicesOfDestination = {
  [STATUS.mismatchedDevices]: ofDestination,
  [STATUS.staleDevices]: ofDestination,
};
export const devicesOfCaller = { [STATUS.mismatchedDevices]: ofCaller, [STATUS.staleDevices]: ofCaller };

function mismatched(recipient: string, reply: Reply) {
  const parse = reply.status === STATUS.staleDevices ? parseStaleDevices : parseMismatchedDevices;
  const serviceIdentifier = textToServiceIdentifier(recipient);
  return one('mismatchedDevices', { serviceIdentifier, ...toLists(parse(jsonOf(reply))) });
}

/** Of the two answers each has some of the lists. */
export function toLists(devices: Partial<MismatchedDevices & StaleDevices>) {
  const { missingDevices = [], extraDevices = [], staleDevices = [] } = devices;
  return {
    missingDevices: [...missingDevices],
    extraDevices: [...extraDevices],
    staleDevices: [...staleDevices],
  };
}

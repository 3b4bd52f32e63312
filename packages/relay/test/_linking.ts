import type { Net } from '@signalapp/libsignal-client';
import { toBase64, utf8 } from '@sotto/bytes';
import { formatJson, formatLinkRequest, type LinkCode, parseJson, parseLinkCode } from '@sotto/protocol';
import { JSON_HEADERS, type LibsignalWorld } from './_libsignal-world.ts';
import { MailListener } from './_mail-listener.ts';
import { Person } from './_person.ts';

const NOTHING = new Uint8Array();

/** What Signal's client stack says about a device that waits to be linked. */
export class ProvisioningListener implements Net.ProvisioningConnectionListener {
  address: string | undefined;
  envelope: Uint8Array | undefined;
  acknowledge: Net.ChatServerMessageAck | undefined;
  interruption: Error | null | undefined;

  onReceivedAddress(address: string, ack: Net.ChatServerMessageAck): void {
    this.address = address;
    ack.send(200);
  }

  onReceivedEnvelope(envelope: Uint8Array<ArrayBuffer>, ack: Net.ChatServerMessageAck): void {
    this.envelope = envelope;
    this.acknowledge = ack;
  }

  onConnectionInterrupted(cause: Error | null): void {
    this.interruption = cause;
  }
}

/** `GET` on a connection of Signal's client stack. */
export async function get(chat: Net.AuthenticatedChatConnection, path: string): Promise<unknown> {
  const { body } = await chat.fetch({ verb: 'GET', path, headers: [] });
  return parseJson(body ?? NOTHING);
}

export async function linkCode(chat: Net.AuthenticatedChatConnection): Promise<LinkCode> {
  return parseLinkCode(await get(chat, '/v1/devices/provisioning/code'));
}

/** Send what a new device sends, on the connection that does not say who it is. */
export function sendLink(world: LibsignalWorld, device: Person, code: string) {
  const credentials = toBase64(utf8(`${device.aci}:${device.password}`));
  return world.anonymous.fetch({
    verb: 'PUT',
    path: '/v1/devices/link',
    headers: [...JSON_HEADERS, ['authorization', `Basic ${credentials}`]],
    body: formatJson(formatLinkRequest(device.linking(code))),
  });
}

/** Link another device to somebody's account. */
export async function linkTo(
  world: LibsignalWorld,
  owner: Person,
  number: number,
  registrationId = 100 * number,
): Promise<Person> {
  const chat = await world.connect(owner, new MailListener());
  const { verificationCode } = await linkCode(chat);
  await chat.disconnect();
  const device = new Person({
    identity: owner.identity,
    accessKey: owner.accessKey,
    registrationId,
    device: number,
  });
  const { status } = await sendLink(world, device, verificationCode);
  if (status !== 200) throw new Error(`linking: ${status}`);
  return device;
}

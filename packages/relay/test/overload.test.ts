import { toBase64 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { ENVELOPE_TYPE, encodeFrame, formatJson, formatMessageList, HEADER, PATH } from '@sotto/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Newcomer, registered } from './_newcomer.ts';
import { ask, RawSocket } from './_raw-client.ts';
import { createTestRelay, type TestRelay, until } from './_test-relay.ts';

let relay: TestRelay;
let bob: Newcomer;
beforeEach(async () => {
  relay = await createTestRelay();
  bob = await registered(relay);
});
afterEach(() => relay.dispose());

function sendTo({ aciText, accessKey, registrationId }: Newcomer, id: number): Uint8Array {
  const message = {
    type: ENVELOPE_TYPE.sealed,
    destinationDeviceId: 1,
    destinationRegistrationId: registrationId,
    content: randomBytes(100),
  };
  return encodeFrame({
    kind: 'request',
    id: BigInt(id),
    verb: 'PUT',
    path: PATH.messagesTo(aciText),
    headers: new Map([[HEADER.accessKey, toBase64(accessKey)]]),
    body: formatJson(formatMessageList({ messages: [message], timestamp: 1, online: false, urgent: true })),
  });
}

const repliesOf = (socket: RawSocket) => socket.frames.filter((frame) => frame.kind === 'response');

describe('a relay that is asked for more than it does at once', () => {
  it('stores what it says it has stored, and tells all others when to come again', async () => {
    const sockets = await Promise.all(Array.from({ length: 60 }, () => RawSocket.open(relay)));
    const each = 12;
    for (const socket of sockets) for (let id = 1; id <= each; id++) socket.send(sendTo(bob, id));
    await until(() => sockets.every((socket) => repliesOf(socket).length === each), 'all is answered');
    const replies = sockets.flatMap(repliesOf);
    const stored = replies.filter(({ status }) => status === 200);
    const refused = replies.filter(({ status }) => status === 429);
    expect(stored.length + refused.length).toBe(replies.length);
    expect(refused.length).toBeGreaterThan(0);
    for (const { headers } of refused) expect(Number(headers.get(HEADER.retryAfter))).toBeGreaterThan(0);

    const collecting = await RawSocket.open(relay, { authorization: bob.authorization });
    const answered = new Set<unknown>();
    await until(() => {
      for (const push of collecting.pushes()) {
        if (answered.has(push.id)) continue;
        answered.add(push.id);
        collecting.answer(push, 200);
      }
      return collecting.pushes().some(({ path }) => path === PATH.queueEmpty);
    }, 'the mailbox is empty');
    expect(collecting.pushes().filter(({ path }) => path === PATH.message)).toHaveLength(stored.length);
    for (const socket of [...sockets, collecting]) socket.close();
  });

  it('closes the socket of who goes on, and says by the code that it may come again', async () => {
    const sockets = await Promise.all(Array.from({ length: 8 }, () => RawSocket.open(relay)));
    let id = 0;
    await until(() => {
      for (const socket of sockets) for (let count = 0; count < 80; count++) socket.send(sendTo(bob, ++id));
      return sockets.some(({ closed }) => closed !== undefined);
    }, 'one is closed');
    const codes = sockets.map(({ closed }) => closed).filter((code) => code !== undefined);
    expect(new Set(codes)).toEqual(new Set([1013]));
    for (const socket of sockets) socket.close();
    let status = 0;
    while (status !== 200) status = (await ask(relay, { verb: 'GET', path: PATH.keepAlive })).status;
  });
});

import { type Bytes, utf8 } from '@sotto/bytes';
import type { Collector, IncomingEnvelope } from '@sotto/client';
import { aciFromBytes } from '@sotto/identity';
import { ENVELOPE_TYPE, encodeEnvelope } from '@sotto/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Absence } from '../src/absence.ts';
import { LAST_PAUSE, MAX_OPEN_ENVELOPES } from '../src/limits.ts';
import { MailLine } from '../src/mail-line.ts';
import { around, createScriptedRelay, quiet, type ScriptedSocket } from './scripted-relay.ts';

const ACI = aciFromBytes(new Uint8Array(16).fill(1));
const CREDENTIALS = { aci: ACI, device: 3, password: new Uint8Array(32).fill(7) };

function envelope(number: number, more: object = {}): Bytes {
  return encodeEnvelope({
    type: ENVELOPE_TYPE.sealed,
    clientTimestamp: 1,
    serverTimestamp: 1000 + number,
    guid: new Uint8Array(16).fill(number),
    destination: ACI,
    urgent: true,
    content: utf8(`sealed ${number}`),
    ...more,
  });
}

/** A collector whose envelopes a test settles one by one. */
function collect() {
  const events: string[] = [];
  const measured: number[] = [];
  const open: { readonly envelope: IncomingEnvelope; done(): void; fail(): void }[] = [];
  const collector: Collector = {
    envelope: (incoming) =>
      new Promise((resolve, reject) => {
        open.push({ envelope: incoming, done: resolve, fail: () => reject(new Error('not now')) });
      }),
    drained: () => events.push('drained'),
    connected: () => events.push('connected'),
    measured: (milliseconds) => measured.push(milliseconds),
    disconnected: (reason) => events.push(reason ?? 'disconnected'),
    stopped: (reason) => events.push(reason),
  };
  return { collector, events, measured, open };
}

async function start(script?: Parameters<typeof createScriptedRelay>[0]) {
  const relay = createScriptedRelay(script);
  const { clock, surroundings } = around(relay);
  const collected = collect();
  const line = new MailLine(surroundings, new Absence(surroundings.clock), CREDENTIALS, collected.collector);
  await quiet();
  const socket = (): ScriptedSocket => {
    const last = relay.sockets.at(-1);
    if (!last) throw new Error('no socket');
    return last;
  };
  const deliver = (number: number, more?: object) =>
    socket().ask('PUT', '/api/v1/message', BigInt(number), envelope(number, more));
  return { relay, clock, line, socket, deliver, ...collected };
}

describe('a server that is not the right one', () => {
  it('is named after every attempt, beside those that failed otherwise', async () => {
    const { relay, clock, line, socket, events } = await start(() => ({ status: 200 }));
    relay.refusals.push(
      { outcome: 'wrong-key' },
      { outcome: 'wrong-key' },
      { outcome: 'unreachable', reason: 'timeout' },
      { outcome: 'untrusted' },
    );
    socket().drop(1006);
    for (let attempt = 0; attempt < 5; attempt++) await clock.advance(LAST_PAUSE);
    expect(events).toEqual([
      'connected',
      'disconnected',
      'wrong-key',
      'wrong-key',
      'disconnected',
      'untrusted',
      'connected',
    ]);
    line.close();
  });
});

describe('collecting mail', () => {
  it('shows who it is, hands over in order, and acknowledges only what is committed', async () => {
    const { socket, deliver, open, events } = await start();
    const basic = Buffer.from(String(socket().opened.headers['authorization']).slice(6), 'base64').toString();
    expect(basic).toBe(`01010101-0101-0101-0101-010101010101.3:${Buffer.alloc(32, 7).toString('base64url')}`);
    for (const number of [1, 2, 3]) deliver(number);
    await quiet();
    expect(open.map((each) => each.envelope)).toEqual(
      [1, 2, 3].map((number) => ({
        id: `0${number}`.repeat(16),
        sealed: utf8(`sealed ${number}`),
        serverTime: 1000 + number,
      })),
    );
    expect(socket().answers.size).toBe(0);
    open[1]?.done();
    await quiet();
    expect([...socket().answers]).toEqual([[2n, 200]]);
    expect(events).toEqual(['connected']);
  });

  it('counts as drained when the relay says empty and all before it is acknowledged', async () => {
    const { socket, deliver, open, events } = await start();
    deliver(1);
    deliver(2);
    socket().ask('PUT', '/api/v1/queue/empty', 10n);
    deliver(3);
    await quiet();
    expect(socket().answers.get(10n)).toBe(200);
    open[0]?.done();
    await quiet();
    expect(events).not.toContain('drained');
    open[1]?.done();
    await quiet();
    expect(events).toEqual(['connected', 'drained']);
    socket().ask('PUT', '/api/v1/queue/empty', 11n);
    await quiet();
    expect(events).toEqual(['connected', 'drained']);
  });

  it('leaves what cannot be opened now and fetches it again within a minute', async () => {
    const { relay, clock, socket, deliver, open, events } = await start();
    deliver(1);
    deliver(2);
    socket().ask('PUT', '/api/v1/queue/empty', 10n);
    open[0]?.fail();
    open[1]?.done();
    await quiet();
    expect([...socket().answers.keys()]).toEqual([10n, 2n]);
    expect(events).not.toContain('drained');
    const first = socket();
    await clock.advance(60_000);
    expect(first.closedBy).toBe(1000);
    expect(relay.sockets.length).toBeGreaterThan(1);
    expect(first.answers.has(1n)).toBe(false);
  });

  it('neither shows nor keeps what is not sealed for this account', async () => {
    const { socket, deliver, open } = await start();
    deliver(1, { type: ENVELOPE_TYPE.deliveryReceipt, content: undefined });
    deliver(2, { type: ENVELOPE_TYPE.ciphertext });
    deliver(3, { destination: new Uint8Array(16) });
    socket().ask('PUT', '/api/v1/message', 4n, utf8('nonsense'));
    socket().ask('PUT', '/api/v1/message', 5n);
    socket().ask('GET', '/api/v1/other', 6n);
    await quiet();
    expect(open).toEqual([]);
    expect([...socket().answers]).toEqual([
      [1n, 200],
      [2n, 200],
      [3n, 400],
      [4n, 400],
      [5n, 400],
      [6n, 404],
    ]);
  });

  it('hangs up on more envelopes at once than the protocol allows', async () => {
    const { socket, deliver, open } = await start();
    for (let number = 0; number <= MAX_OPEN_ENVELOPES; number++) {
      socket().ask('PUT', '/api/v1/message', BigInt(number), envelope(number % 250));
    }
    deliver(1);
    await quiet();
    expect(open).toHaveLength(MAX_OPEN_ENVELOPES);
    expect(socket().closedBy).toBe(1007);
  });
});

describe('staying connected', () => {
  it.each([
    [4401, 'credentials-revoked'],
    [4409, 'connected-elsewhere'],
  ])('stops for good at %i', async (code, reason) => {
    const { relay, clock, line, socket, events } = await start();
    socket().drop(code);
    await clock.advance(600_000);
    expect(events).toEqual(['connected', 'disconnected', reason]);
    expect(relay.sockets).toHaveLength(1);
    expect(await line.ask({ verb: 'GET', path: '/x' })).toEqual({ outcome: 'unanswered' });
    expect(clock.pending).toBe(0);
  });

  it('stops for good when the upgrade is forbidden', async () => {
    const relay = createScriptedRelay();
    relay.refusals.push({ outcome: 'refused', status: 403 });
    const { clock, surroundings } = around(relay);
    const { collector, events } = collect();
    new MailLine(surroundings, new Absence(surroundings.clock), CREDENTIALS, collector);
    await clock.advance(600_000);
    expect(events).toEqual(['credentials-revoked']);
    expect(relay.sockets).toHaveLength(0);
  });

  it('comes back after growing pauses, bounded and never in step', async () => {
    const relay = createScriptedRelay();
    const { clock, surroundings } = around(relay);
    const attempts: number[] = [];
    const net = {
      open: async () => {
        attempts.push(clock.now());
        return { outcome: 'unreachable', reason: 'no-connection' } as const;
      },
    };
    const line = new MailLine(
      { ...surroundings, net },
      new Absence(surroundings.clock),
      CREDENTIALS,
      collect().collector,
    );
    await clock.advance(600_000);
    line.close();
    const pauses = attempts.slice(1).map((at, index) => at - (attempts[index] ?? 0));
    expect(pauses.length).toBeGreaterThan(10);
    for (const [index, pause] of pauses.entries()) {
      const full = Math.min(1000 * 2 ** index, LAST_PAUSE);
      expect(pause).toBeGreaterThanOrEqual(full / 2);
      expect(pause).toBeLessThanOrEqual(full);
    }
    expect(new Set(pauses.slice(-4)).size).toBeGreaterThan(1);
    await clock.advance(600_000);
    expect(attempts).toHaveLength(pauses.length + 1);
  });

  it('looks every second for a relay that said it goes away, and asks it again what it had not done', async () => {
    const { relay, clock, line, socket } = await start();
    const asked = line.ask({ verb: 'PUT', path: '/x' });
    await quiet();
    const away = { outcome: 'unreachable', reason: 'no-connection' } as const;
    relay.refusals.push(away, away);
    socket().drop(1001);
    // Two failures and a third attempt, which growing pauses would not have reached.
    await clock.advance(3_000);
    expect(relay.sockets).toHaveLength(2);
    await quiet();
    const [again] = socket().requests;
    expect(again).toMatchObject({ verb: 'PUT', path: '/x' });
    socket().answer(again?.id ?? 0n, { status: 204 });
    expect(await asked).toMatchObject({ outcome: 'answered', status: 204 });
    line.close();
  });

  it('says after every attempt that it failed', async () => {
    const relay = createScriptedRelay();
    const failed = { outcome: 'unreachable', reason: 'no-connection' } as const;
    relay.refusals.push(failed, failed, { outcome: 'refused', status: 500 }, failed);
    const { clock, surroundings } = around(relay);
    const { collector, events } = collect();
    const line = new MailLine(surroundings, new Absence(surroundings.clock), CREDENTIALS, collector);
    await clock.advance(20_000);
    expect(events).toEqual([...Array.from({ length: 4 }, () => 'disconnected'), 'connected']);
    line.close();
  });

  it('stays away as long as a busy relay asks', async () => {
    const relay = createScriptedRelay();
    relay.refusals.push({ outcome: 'refused', status: 429, retryAfter: 90_000 });
    const { clock, surroundings } = around(relay);
    new MailLine(surroundings, new Absence(surroundings.clock), CREDENTIALS, collect().collector);
    await clock.advance(89_999);
    expect(relay.sockets).toHaveLength(0);
    await clock.advance(1);
    expect(relay.sockets).toHaveLength(1);
  });

  it('tells how long the way is, by what carries nothing there', async () => {
    const { clock, line, measured, socket } = await start(() => ({ status: 200 }));
    await line.ask({ verb: 'PUT', path: '/x' });
    expect(measured).toEqual([]);
    await line.ask({ verb: 'GET', path: '/x' });
    await clock.advance(30_000);
    expect(measured).toEqual([0, 0]);
    expect(socket().requests).toHaveLength(3);
  });

  it('notices a dead connection by its own question and makes another', async () => {
    let alive = true;
    const { relay, clock, events } = await start(() => (alive ? { status: 200 } : undefined));
    await clock.advance(60_000);
    expect(relay.sockets[0]?.requests.map((request) => request.path)).toEqual([
      '/v1/keepalive',
      '/v1/keepalive',
    ]);
    alive = false;
    await clock.advance(37_000);
    expect(events).toEqual(['connected', 'disconnected', 'connected']);
  });

  it('asks on the next connection while there is none, and not for ever', async () => {
    const { clock, line, socket } = await start((request) => ({ status: request.path === '/x' ? 200 : 404 }));
    socket().drop(1006);
    const asked = line.ask({ verb: 'GET', path: '/x' });
    await clock.advance(2_000);
    expect(await asked).toMatchObject({ status: 200 });
    line.close();
    await quiet();
    expect(await line.ask({ verb: 'GET', path: '/x' })).toEqual({ outcome: 'unanswered' });
    expect(clock.pending).toBe(0);
  });
});

describe('a hostile relay', () => {
  it('never gets an acknowledgement of something that is not committed, and never a crash', async () => {
    const action = fc.oneof(
      fc.record({ kind: fc.constant('deliver' as const), number: fc.integer({ min: 0, max: 9 }) }),
      fc.record({ kind: fc.constant('settle' as const), number: fc.nat({ max: 20 }), well: fc.boolean() }),
      fc.record({ kind: fc.constant('bytes' as const), bytes: fc.uint8Array({ maxLength: 30 }) }),
      fc.record({ kind: fc.constant('empty' as const), number: fc.nat({ max: 30 }) }),
      fc.record({ kind: fc.constant('drop' as const), code: fc.constantFrom(1000, 1006, 1011) }),
      fc.record({ kind: fc.constant('wait' as const), milliseconds: fc.nat({ max: 40_000 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 25 }), async (actions) => {
        const { relay, clock, line, open, deliver, socket } = await start((request) =>
          request.path === '/v1/keepalive' ? { status: 200 } : undefined,
        );
        const committed = new Set<string>();
        for (const step of actions) {
          if (step.kind === 'deliver') deliver(step.number);
          else if (step.kind === 'bytes') socket().push(new Uint8Array(step.bytes));
          else if (step.kind === 'empty')
            socket().ask('PUT', '/api/v1/queue/empty', BigInt(100 + step.number));
          else if (step.kind === 'drop') socket().drop(step.code);
          else if (step.kind === 'wait') await clock.advance(step.milliseconds);
          else {
            const each = open[step.number];
            if (each && step.well) committed.add(each.envelope.id);
            if (step.well) each?.done();
            else each?.fail();
          }
          await quiet();
        }
        for (const { answers } of relay.sockets) {
          for (const [id, status] of answers) {
            if (id < 10n && status === 200) expect(committed).toContain(`0${id}`.repeat(16));
          }
        }
        line.close();
        await quiet();
        expect(clock.pending).toBe(0);
      }),
      { numRuns: 40 },
    );
  });
});

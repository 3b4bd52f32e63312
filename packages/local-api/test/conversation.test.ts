import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Channel,
  connectLocalApi,
  createChannelPair,
  type Handlers,
  LocalApiError,
  serveLocalApi,
} from '../src/index.ts';
import { handlersWith, rawEnd } from './_conversation.ts';

const ALICE = `05${'a1'.repeat(32)}`;
const STATUS = { account: 'ready' as const, roads: [], queued: 0, requests: 0, record_pending: false };

function talk(given: Partial<Handlers>) {
  const [screenEnd, ownerEnd] = createChannelPair();
  const defects: unknown[] = [];
  const served = serveLocalApi(ownerEnd, handlersWith(given), (error) => defects.push(error));
  return { api: connectLocalApi(screenEnd), served, defects };
}

describe('a screen and the owner of a profile', () => {
  it('carries a request there and its answer back', async () => {
    const { api } = talk({
      send: async ({ to, text }) => ({ id: text, to, road: null, state: 'queued', sent_at: 7 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 100 }), async (text) => {
        const answer = await api.call('send', { to: ALICE, text });
        expect(answer.id).toBe(text);
      }),
      { numRuns: 30 },
    );
  });

  it('answers each request by its own ID, in any order', async () => {
    const release: (() => void)[] = [];
    const { api } = talk({
      'inbox.settle': () => new Promise((resolve) => release.push(() => resolve({}))),
      status: async () => STATUS,
    });
    const slow = api.call('inbox.settle', {});
    expect(await api.call('status', {})).toEqual(STATUS);
    release[0]?.();
    expect(await slow).toEqual({});
  });

  it('carries a typed error with its hint', async () => {
    const { api, defects } = talk({
      send: () => Promise.reject(new LocalApiError('ambiguous-name', 'two are called so', 'use an ID')),
    });
    const refused = await api.call('send', { to: 'x', text: 'y' }).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 'ambiguous-name',
      message: 'two are called so',
      hint: 'use an ID',
    });
    expect(defects).toEqual([]);
  });

  it('tells a defect as `internal` and nothing of what it said', async () => {
    const { api, defects } = talk({ status: () => Promise.reject(new Error('secret inside')) });
    const refused = await api.call('status', {}).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'internal' });
    expect(String((refused as Error).message)).not.toContain('secret');
    expect(defects).toHaveLength(1);
  });

  it('lets a request be given up, and tells the handler', async () => {
    const abort = new AbortController();
    let told = false;
    const { api, served } = talk({
      'inbox.settle': (_params, caller) =>
        new Promise(() => {
          caller.signal.addEventListener('abort', () => {
            told = true;
          });
          abort.abort();
        }),
    });
    const refused = await api.call('inbox.settle', {}, { signal: abort.signal }).catch((e: unknown) => e);
    expect(refused).toMatchObject({ code: 'cancelled' });
    expect(told).toBe(true);
    expect(served.open()).toBe(0);
  });

  it('fails what is open with `closed` when the owner goes', async () => {
    const { api, served } = talk({ 'inbox.settle': () => new Promise(() => undefined) });
    const waiting = api.call('inbox.settle', {}).catch((error: unknown) => error);
    await served.close();
    expect(await waiting).toMatchObject({ code: 'closed' });
    await api.ended;
    expect(await api.call('status', {}).catch((error: unknown) => error)).toMatchObject({ code: 'closed' });
  });

  it('hands events to whoever listens, until they stop', async () => {
    const { api } = talk({
      'events.subscribe': async (_params, caller) => {
        caller.emit({ event: 'drained', road: 'relay' });
        return {};
      },
    });
    const seen: string[] = [];
    const stop = api.onEvent((event) => seen.push(event.event));
    await api.call('events.subscribe', {});
    stop();
    await api.call('events.subscribe', {});
    expect(seen).toEqual(['drained']);
  });

  it('lets go of what a handler takes after the screen has gone', async () => {
    const started: (() => void)[] = [];
    let taken = 0;
    let held = 0;
    const { api, served } = talk({
      'events.subscribe': async (_params, caller) => {
        await new Promise<void>((resolve) => started.push(resolve));
        taken += 1;
        held += 1;
        caller.onEnd(() => {
          held -= 1;
        });
        return {};
      },
    });
    const asked = api.call('events.subscribe', {}).catch((error: unknown) => error);
    await expect.poll(() => started.length).toBe(1);
    await served.close();
    expect(await asked).toMatchObject({ code: 'closed' });
    started[0]?.();
    await expect.poll(() => taken).toBe(1);
    expect(held).toBe(0);
  });

  it('holds the number of open requests', async () => {
    const { api, served } = talk({ 'inbox.settle': () => new Promise(() => undefined) });
    const asked = Array.from({ length: 65 }, () => api.call('inbox.settle', {}).catch((e: unknown) => e));
    expect(await asked[64]).toMatchObject({ code: 'too-many-requests' });
    expect(served.open()).toBe(64);
    await served.close();
    await Promise.all(asked);
  });

  it('counts requests that were given up until their handlers end', async () => {
    const release: (() => void)[] = [];
    const { api } = talk({
      'inbox.settle': () => new Promise((resolve) => release.push(() => resolve({}))),
      status: async () => STATUS,
    });
    for (let asked = 0; asked < 64; asked++) {
      const abort = new AbortController();
      const given = api.call('inbox.settle', {}, { signal: abort.signal }).catch((e: unknown) => e);
      abort.abort();
      expect(await given).toMatchObject({ code: 'cancelled' });
    }
    expect(await api.call('status', {}).catch((e: unknown) => e)).toMatchObject({
      code: 'too-many-requests',
    });
    for (const each of release) each();
    await expect.poll(() => api.call('status', {}).catch(() => undefined)).toEqual(STATUS);
  });

  it('closes a channel that fails to take a line, and nothing is left unhandled', async () => {
    let closed = 0;
    const failing: Channel = {
      listen: () => undefined,
      send: () => Promise.reject(new Error('broken pipe')),
      close: () => (closed += 1),
    };
    const served = serveLocalApi(failing, handlersWith({}), () => undefined);
    served.emit({ event: 'drained', road: 'relay' });
    served.emit({ event: 'drained', road: 'relay' });
    await served.close();
    expect(closed).toBeGreaterThan(0);
  });

  it('lets a reader go that does not read', async () => {
    const stuck: Channel = {
      listen: () => undefined,
      send: () => new Promise(() => undefined),
      close: () => undefined,
    };
    const served = serveLocalApi(stuck, handlersWith({}), () => undefined);
    const text = 'x'.repeat(60_000);
    const message = { event: 'message', id: '1', from: ALICE, from_name: null, to: ALICE, text } as const;
    for (let sent = 0; sent < 200; sent++) {
      served.emit({ ...message, road: 'relay', sent_at: 1, received_at: 1, request: false });
    }
    await served.ended;
  });
});

/** Of a frame that says another version than ours; undefined for all else. */
function versionOf(line: string): unknown {
  try {
    const frame = JSON.parse(line) as { readonly v?: unknown } | null;
    return frame?.v === 1 ? undefined : frame?.v;
  } catch {
    return undefined;
  }
}

describe('the owner under garbage', () => {
  it('answers the first malformed line with one typed error and ends, whatever the line', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string({ minLength: 1 }), fc.json()), async (line) => {
        const end = rawEnd();
        const defects: unknown[] = [];
        serveLocalApi(end.channel, handlersWith({}), (error) => defects.push(error));
        end.write(line);
        end.write(line);
        await end.gone;
        expect(end.lines).toHaveLength(1);
        expect(JSON.parse(end.lines[0] ?? '')).toMatchObject({
          v: 1,
          id: null,
          error: { code: versionOf(line) === undefined ? 'bad-frame' : 'unsupported-version' },
        });
        expect(defects).toEqual([]);
      }),
      { numRuns: 60, examples: [['{"v":null}'], ['{"v":1}'], ['{}']] },
    );
  });

  it('acts on nothing behind a malformed line, and answers nothing after its error', async () => {
    const end = rawEnd();
    let asked = 0;
    let finish: () => void = () => undefined;
    const handlers = handlersWith({
      status: async () => {
        asked += 1;
        return STATUS;
      },
      'inbox.settle': () => new Promise((resolve) => (finish = () => resolve({}))),
    });
    serveLocalApi(end.channel, handlers, () => undefined);
    end.write('{"v":1,"id":1,"command":"inbox.settle","params":{}}');
    end.write('garbage');
    end.write('{"v":1,"id":2,"command":"status","params":{}}');
    end.write('{"v":1,"cancel":1}');
    queueMicrotask(() => finish());
    await end.gone;
    finish();
    expect(asked).toBe(0);
    expect(end.lines).toHaveLength(1);
    expect(end.lines[0]).toContain('bad-frame');
  });

  it('refuses unknown commands and wrong parameters without ending', async () => {
    const end = rawEnd();
    const served = serveLocalApi(end.channel, handlersWith({ status: async () => STATUS }), () => undefined);
    end.write('{"v":1,"id":1,"command":"toString","params":{}}');
    end.write('{"v":1,"id":2,"command":"send","params":{"to":7}}');
    end.write('{"v":1,"id":3,"command":"status","params":{}}');
    await expect.poll(() => end.lines.length).toBe(3);
    const answers = end.lines.map((line) => JSON.parse(line)).sort((a, b) => a.id - b.id);
    expect(answers[0]).toMatchObject({ error: { code: 'unknown-command' } });
    expect(answers[1]).toMatchObject({ error: { code: 'bad-params' } });
    expect(answers[2]).toMatchObject({ result: STATUS });
    await served.close();
  });

  it('ends on an ID that is in use', async () => {
    const end = rawEnd();
    serveLocalApi(end.channel, handlersWith({ status: () => new Promise(() => undefined) }), () => undefined);
    end.write('{"v":1,"id":1,"command":"status","params":{}}');
    end.write('{"v":1,"id":1,"command":"status","params":{}}');
    await end.gone;
    expect(end.lines.at(-1)).toContain('bad-frame');
  });
});

describe('a screen under garbage', () => {
  it('fails what is open with one typed error and ends', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string({ minLength: 1 }), fc.json()), async (line) => {
        const end = rawEnd();
        const api = connectLocalApi(end.channel);
        const asked = api.call('status', {}).catch((error: unknown) => error);
        end.write(line);
        expect(await asked).toBeInstanceOf(LocalApiError);
        await end.gone;
      }),
      { numRuns: 60 },
    );
  });

  it('refuses an answer that is not what the command promises', async () => {
    const end = rawEnd();
    const api = connectLocalApi(end.channel);
    const asked = api.call('status', {}).catch((error: unknown) => error);
    end.write('{"v":1,"id":1,"result":{"account":"sleeping"}}');
    expect(await asked).toMatchObject({ code: 'bad-frame' });
    api.close();
  });
});

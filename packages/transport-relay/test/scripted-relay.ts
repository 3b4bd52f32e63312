import type { Bytes } from '@sotto/bytes';
import { decodeFrame, encodeFrame, NO_HEADERS, type RequestFrame } from '@sotto/protocol';
import { createFakeClock, createSeededRandom, quiet } from '@sotto/testkit';
import type { OpenOutcome, OpenSocket, RelayNet } from '../src/net.ts';
import type { Surroundings } from '../src/surroundings.ts';

export interface ScriptedAnswer {
  readonly status: number;
  readonly body?: Bytes;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The relay's end of one socket, played by a test. */
export interface ScriptedSocket {
  readonly opened: OpenSocket;
  /** Requests of the client, in order. */
  readonly requests: RequestFrame[];
  /** Statuses by which the client answered the relay's requests, by ID. */
  readonly answers: Map<bigint, number>;
  /** The code with which the client closed. */
  closedBy: number | undefined;
  push(bytes: Bytes): void;
  ask(verb: string, path: string, id?: bigint, body?: Bytes): void;
  answer(id: bigint, answer: ScriptedAnswer): void;
  drop(code: number): void;
}

export type Script = (
  request: RequestFrame,
  socket: ScriptedSocket,
) => ScriptedAnswer | undefined | Promise<ScriptedAnswer | undefined>;

export interface ScriptedRelay {
  readonly net: RelayNet;
  readonly sockets: ScriptedSocket[];
  /** What the next attempts to connect meet instead of an open socket. */
  readonly refusals: Exclude<OpenOutcome, { outcome: 'open' }>[];
  buffered: number;
}

/** A network with one relay behind it that follows a script; `undefined` answers nothing. */
export function createScriptedRelay(script: Script = () => undefined): ScriptedRelay {
  const relay: ScriptedRelay = { net: { open }, sockets: [], refusals: [], buffered: 0 };

  async function open(request: OpenSocket): Promise<OpenOutcome> {
    const refusal = relay.refusals.shift();
    if (refusal) return refusal;
    let closed = false;
    const end = (code: number) => {
      if (closed) return;
      closed = true;
      request.onClose({ code });
    };
    const socket: ScriptedSocket = {
      opened: request,
      requests: [],
      answers: new Map(),
      closedBy: undefined,
      push: (bytes) => {
        if (!closed) request.onFrame(bytes);
      },
      ask: (verb, path, id, body) =>
        socket.push(
          encodeFrame({
            kind: 'request',
            verb,
            path,
            headers: NO_HEADERS,
            ...(id === undefined ? {} : { id }),
            ...(body === undefined ? {} : { body }),
          }),
        ),
      answer: (id, { status, body, headers = {} }) =>
        socket.push(
          encodeFrame({
            kind: 'response',
            id,
            status,
            message: '',
            headers: new Map(Object.entries(headers)),
            ...(body === undefined ? {} : { body }),
          }),
        ),
      drop: end,
    };
    relay.sockets.push(socket);
    const take = async (bytes: Bytes) => {
      const frame = decodeFrame(bytes);
      if (frame.kind === 'response') {
        socket.answers.set(frame.id, frame.status);
        return;
      }
      socket.requests.push(frame);
      const answer = await script(frame, socket);
      if (answer && frame.id !== undefined) socket.answer(frame.id, answer);
    };
    return {
      outcome: 'open',
      socket: {
        get buffered() {
          return relay.buffered;
        },
        send: (bytes) => {
          if (closed) return false;
          void take(bytes);
          return true;
        },
        close: (code) => {
          socket.closedBy ??= code;
          queueMicrotask(() => end(code));
        },
      },
    };
  }
  return relay;
}

/** A relay's surroundings with a clock that stands still and randomness that repeats. */
export function around(relay: ScriptedRelay) {
  const clock = createFakeClock();
  const surroundings: Surroundings = {
    relay: { url: 'https://relay.example', key: new Uint8Array(32).fill(9) },
    net: relay.net,
    clock,
    random: createSeededRandom(1).bytes,
  };
  return { clock, surroundings };
}

export { quiet };

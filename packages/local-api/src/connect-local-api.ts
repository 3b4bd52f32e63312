import type { Channel } from './channel.ts';
import { type CommandName, type Params, parseResult, type Result } from './commands.ts';
import { LocalApiError, localApiErrorCode } from './errors.ts';
import { type LocalEvent, parseEvent } from './events.ts';
import { encodeFrame, type FrameToOwner, parseFrameToScreen } from './frames.ts';
import { LOCAL_API_VERSION } from './limits.ts';
import { SendQueue } from './send-queue.ts';

/** A screen's side of a channel. */
export interface LocalApi {
  /** Rejects with LocalApiError and nothing else: what the owner said, `cancelled`, or `closed`. */
  call<Name extends CommandName>(
    command: Name,
    params: Params<Name>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<Result<Name>>;
  /** Every event from now on; the returned function stops it. Ask for them with `events.subscribe`. */
  onEvent(listener: (event: LocalEvent) => void): () => void;
  close(): void;
  /** When the channel has ended, whoever ended it. */
  readonly ended: Promise<void>;
  readonly isOpen: () => boolean;
}

interface Waiting {
  readonly settle: (value: unknown) => void;
  readonly fail: (error: unknown) => void;
}

/** Talk to the owner of a profile over a channel. */
export function connectLocalApi(channel: Channel): LocalApi {
  const queue = new SendQueue(channel);
  const waiting = new Map<number, Waiting>();
  const listeners = new Set<(event: LocalEvent) => void>();
  let nextId = 1;
  let problem: LocalApiError | undefined;
  let tellEnded: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    tellEnded = resolve;
  });

  const end = (error: LocalApiError): void => {
    if (problem !== undefined) return;
    problem = error;
    for (const request of waiting.values()) request.fail(error);
    waiting.clear();
    channel.close();
    tellEnded();
  };
  const push = (frame: FrameToOwner): void => {
    if (!queue.push(encodeFrame(frame))) {
      end(new LocalApiError('too-slow', 'the program that owns the profile does not read'));
    }
  };

  const take = (line: string): void => {
    const frame = parseFrameToScreen(line);
    if ('event' in frame) {
      const event = parseEvent(frame.event);
      if (event !== undefined) for (const listener of [...listeners]) listener(event);
      return;
    }
    if ('error' in frame) {
      const { code, message, hint } = frame.error;
      const error = new LocalApiError(localApiErrorCode(code), message, hint);
      if (frame.id === null) end(error);
      else waiting.get(frame.id)?.fail(error);
      return;
    }
    waiting.get(frame.id)?.settle(frame.result);
  };

  channel.listen({
    line: (text) => {
      try {
        take(text);
      } catch (error) {
        end(error instanceof LocalApiError ? error : new LocalApiError('bad-frame', 'a listener failed'));
      }
    },
    closed: () => end(new LocalApiError('closed', 'the program that owns the profile has gone')),
  });

  return {
    call: async (command, params, options) => {
      if (problem !== undefined) throw problem;
      const signal = options?.signal;
      if (signal?.aborted) throw new LocalApiError('cancelled', 'the request was given up');
      const id = nextId++;
      const line: FrameToOwner = { v: LOCAL_API_VERSION, id, command, params };
      const cancel = (): void => push({ v: LOCAL_API_VERSION, cancel: id });
      const answered = new Promise<unknown>((settle, fail) => {
        waiting.set(id, { settle, fail });
      });
      try {
        push(line);
        signal?.addEventListener('abort', cancel, { once: true });
        return parseResult(command, await answered);
      } finally {
        waiting.delete(id);
        signal?.removeEventListener('abort', cancel);
      }
    },
    onEvent: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    close: () => end(new LocalApiError('closed', 'this side closed the channel')),
    ended,
    isOpen: () => problem === undefined,
  };
}

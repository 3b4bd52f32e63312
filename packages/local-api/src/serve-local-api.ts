import type { Channel } from './channel.ts';
import { type CommandName, isCommandName, type Params, parseParams, type Result } from './commands.ts';
import { LocalApiError } from './errors.ts';
import type { LocalEvent } from './events.ts';
import { encodeFrame, type FrameToScreen, parseFrameToOwner } from './frames.ts';
import { LOCAL_API_VERSION, MAX_OPEN_REQUESTS } from './limits.ts';
import { SendQueue } from './send-queue.ts';

/** One end of a channel as a handler sees it. */
export interface Caller {
  /** Aborted when the screen cancels the request or goes away. */
  readonly signal: AbortSignal;
  /** Called with every event from now on until the channel ends. */
  readonly emit: (event: LocalEvent) => void;
  /** Run when the channel ends; at once when it has ended already. */
  readonly onEnd: (callback: () => void) => void;
}

/** A handler answers or throws LocalApiError; anything else it throws is a defect and told as `internal`. */
export type Handlers = {
  readonly [Name in CommandName]: (params: Params<Name>, caller: Caller) => Promise<Result<Name>>;
};

export interface Served {
  /** Requests not answered yet. */
  open(): number;
  emit(event: LocalEvent): void;
  /** Ends after what has been answered is written. */
  close(): Promise<void>;
  /** When the channel has ended, whoever ended it. */
  readonly ended: Promise<void>;
}

/**
 * Answer a screen over a channel. Requests run side by side and are answered in whatever order they
 * finish. The first malformed line gets one typed error and ends the channel.
 *
 * `onDefect` is told what a handler threw that it should not have; the screen learns no more than that.
 */
export function serveLocalApi(
  channel: Channel,
  handlers: Handlers,
  onDefect: (error: unknown) => void,
): Served {
  const queue = new SendQueue(channel);
  const open = new Map<number, AbortController>();
  const endings: (() => void)[] = [];
  let running = 0;
  let refused = false;
  let over = false;
  let tellEnded: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    tellEnded = resolve;
  });

  const push = (frame: FrameToScreen): void => {
    if (over || refused) return;
    if (!queue.push(encodeFrame(frame))) end();
  };
  const pushError = (id: number | null, error: unknown): void => {
    push({ v: LOCAL_API_VERSION, id, error: errorBody(error, onDefect) });
  };
  const end = (): void => {
    if (over) return;
    over = true;
    for (const request of open.values()) request.abort();
    open.clear();
    channel.close();
    for (const callback of endings) callback();
    tellEnded();
  };
  const refuse = (error: unknown): void => {
    pushError(null, error);
    // The error is the last word: nothing that comes behind the malformed line is acted upon.
    refused = true;
    for (const request of open.values()) request.abort();
    void queue.flushed().then(end);
  };
  const onEnd = (callback: () => void): void => {
    if (over) callback();
    else endings.push(callback);
  };
  const emit = (event: LocalEvent): void => push({ v: LOCAL_API_VERSION, event });

  const answer = async (id: number, command: CommandName, params: unknown, abort: AbortController) => {
    running += 1;
    try {
      const caller: Caller = { signal: abort.signal, emit, onEnd };
      const result = await run(handlers, command, { params, caller });
      if (open.get(id) === abort) push({ v: LOCAL_API_VERSION, id, result });
    } catch (error) {
      if (open.get(id) === abort) pushError(id, error);
    } finally {
      running -= 1;
      if (open.get(id) === abort) open.delete(id);
    }
  };

  const take = (line: string): void => {
    const frame = parseFrameToOwner(line);
    if ('cancel' in frame) {
      const request = open.get(frame.cancel);
      if (request === undefined) return;
      open.delete(frame.cancel);
      request.abort();
      pushError(frame.cancel, new LocalApiError('cancelled', 'the request was given up'));
      return;
    }
    const { id, command } = frame;
    if (open.has(id)) throw new LocalApiError('bad-frame', 'this request ID is in use');
    // A handler costs until it has ended, also when nobody waits for its answer any more.
    if (running >= MAX_OPEN_REQUESTS) {
      pushError(id, new LocalApiError('too-many-requests', `at most ${MAX_OPEN_REQUESTS} requests at once`));
      return;
    }
    if (!isCommandName(command)) {
      pushError(id, new LocalApiError('unknown-command', 'there is no such command'));
      return;
    }
    const abort = new AbortController();
    open.set(id, abort);
    void answer(id, command, frame.params, abort);
  };

  channel.listen({
    line: (text) => {
      if (over || refused) return;
      try {
        take(text);
      } catch (error) {
        refuse(error);
      }
    },
    closed: end,
  });

  return {
    open: () => open.size,
    emit,
    close: async () => {
      await queue.flushed();
      end();
    },
    ended,
  };
}

async function run<Name extends CommandName>(
  handlers: Handlers,
  command: Name,
  request: { readonly params: unknown; readonly caller: Caller },
): Promise<Result<Name>> {
  return await handlers[command](parseParams(command, request.params), request.caller);
}

function errorBody(error: unknown, onDefect: (error: unknown) => void) {
  if (!(error instanceof LocalApiError)) {
    onDefect(error);
    return { code: 'internal', message: 'something went wrong in the program that owns the profile' };
  }
  const { code, message, hint } = error;
  return { code, message, ...(hint === undefined ? {} : { hint }) };
}

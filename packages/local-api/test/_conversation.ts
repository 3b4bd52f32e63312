import {
  type Channel,
  COMMAND_NAMES,
  createChannelPair,
  type Handlers,
  LocalApiError,
} from '../src/index.ts';

/** Handlers that refuse everything but what a test gives. */
export function handlersWith(given: Partial<Handlers>): Handlers {
  const refuse = () => Promise.reject(new LocalApiError('not-supported', 'not in this test'));
  return { ...Object.fromEntries(COMMAND_NAMES.map((name) => [name, refuse])), ...given } as Handlers;
}

/** The far end of a channel, by hand: lines in, lines out. */
export function rawEnd(): {
  channel: Channel;
  write: (line: string) => void;
  lines: string[];
  gone: Promise<void>;
} {
  const [near, far] = createChannelPair();
  const lines: string[] = [];
  const gone = new Promise<void>((resolve) => {
    near.listen({ line: (text) => lines.push(text), closed: () => resolve() });
  });
  return { channel: far, write: (line) => void near.send(line), lines, gone };
}

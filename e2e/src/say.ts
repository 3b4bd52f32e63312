import { runSotto } from './run-sotto.ts';
import type { Person } from './world.ts';

/** What `send` answered: exit 0 is `sent`, exit 3 `queued`; both mean that it is written down. */
export interface Said {
  readonly id: string;
  readonly code: number;
  readonly state: 'sent' | 'queued';
  readonly road: 'relay' | 'onion' | null;
  readonly stored_on?: number;
}

/** Send a text. Anything but exit 0 or 3 is an error. */
export async function say(
  from: Person,
  to: Person,
  text: string,
  flags: readonly string[] = [],
): Promise<Said> {
  const done = await runSotto([
    ...['send', '--profile', from.profile, '--to', to.account, '--json', ...flags, '--', text],
  ]);
  if (done.code !== 0 && done.code !== 3) throw new Error(`send ended with ${done.code}: ${done.stderr}`);
  return { ...(JSON.parse(done.stdout) as Omit<Said, 'code'>), code: done.code };
}

import { type CheckValue, LocalApiError } from '@sotto/local-api';
import { DONE, FAILED } from '../cli-error.ts';
import { noteWhenSlow } from './note-when-slow.ts';
import { type Screen, withOwner } from './screen.ts';

/** Print what was seen from outside and what the owner of the profile says; 1 when something is wrong. */
export async function doctorScreen(outside: readonly CheckValue[], screen: Screen): Promise<number> {
  const there = outside.every((check) => check.check !== 'profile' || check.ok);
  const checks = [...outside, ...(there ? await askOwner(screen) : [])];
  await screen.output.results(checks.map((value) => ({ value, human: describe(value) })));
  return checks.every((check) => check.ok) ? DONE : FAILED;
}

async function askOwner(screen: Screen): Promise<readonly CheckValue[]> {
  try {
    const { checks } = await withOwner(screen, (api) =>
      noteWhenSlow(screen.output, 'waiting for the network to answer', () => api.call('doctor', {})),
    );
    return [{ check: 'store', ok: true, detail: 'opens' }, ...checks];
  } catch (error) {
    if (!(error instanceof LocalApiError)) throw error;
    const { code, message, hint } = error;
    const check = code === 'no-account' ? 'account' : 'store';
    return [{ check, ok: false, detail: message, ...(hint === undefined ? {} : { hint }) }];
  }
}

function describe({ check, ok, detail, hint }: CheckValue): string {
  const line = `${ok ? 'ok    ' : 'WRONG '} ${check.padEnd(27)} ${detail}`;
  return hint === undefined ? line : `${line}\n       ${hint}`;
}

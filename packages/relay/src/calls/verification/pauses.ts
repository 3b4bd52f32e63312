import type { CodeTransport } from '../../sms/code-sender.ts';
import { VERIFICATION_LIFETIME, type Verification } from '../../store/verifications.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Milliseconds between a code and the next one, by how many there were. After the last there is none. */
const SEND_PAUSES: Readonly<Record<CodeTransport, readonly number[]>> = {
  sms: [MINUTE, 2 * MINUTE, 5 * MINUTE],
  voice: [MINUTE, 5 * MINUTE],
};

/** The same between tries at a code: five, which with six digits is one chance in 200,000. */
const TRY_PAUSES: readonly number[] = [0, 0, 10 * SECOND, 30 * SECOND];

/** A code is good for as long as the session that nobody uses. */
const CODE_LIFETIME = VERIFICATION_LIFETIME;

/** Why a code is not sent, or not tried. */
export type Refusal =
  /** Not in this state of the session. */
  | { readonly outcome: 'conflict' }
  /** Too often: again after so many milliseconds, or never in this session. */
  | { readonly outcome: 'wait'; readonly milliseconds?: number };

/**
 * Milliseconds until a code may be asked for, 0 for now, undefined for never (Signal's registration service counts the
 * same way; the numbers are ours). Calls only when a message was tried.
 */
export function untilSend(state: Verification, transport: CodeTransport, now: number): number | undefined {
  if (state.verified) return undefined;
  const texted = state.sent.some((one) => one.transport === 'sms');
  if (transport === 'voice' && !texted) return undefined;
  const before = state.sent.filter((one) => one.transport === transport);
  return until(SEND_PAUSES[transport], before.length, before.at(-1)?.at ?? 0, now);
}

/** The same for a try at a code; undefined also when there is none to try at. */
export function untilTry(state: Verification, now: number): number | undefined {
  return hasCode(state, now) ? until(TRY_PAUSES, state.tries, state.triedAt, now) : undefined;
}

export function refuseSend(state: Verification, transport: CodeTransport, now: number): Refusal | undefined {
  return state.verified ? { outcome: 'conflict' } : refusalFor(untilSend(state, transport, now));
}

export function refuseTry(state: Verification, now: number): Refusal | undefined {
  return hasCode(state, now) ? refusalFor(untilTry(state, now)) : { outcome: 'conflict' };
}

function hasCode({ verified, proof, sent }: Verification, now: number): boolean {
  const sentAt = sent.at(-1)?.at ?? 0;
  return !verified && proof !== undefined && now < sentAt + CODE_LIFETIME;
}

function until(pauses: readonly number[], count: number, last: number, now: number): number | undefined {
  if (count === 0) return 0;
  const pause = pauses[count - 1];
  return pause === undefined ? undefined : Math.max(0, last + pause - now);
}

function refusalFor(milliseconds: number | undefined): Refusal | undefined {
  if (milliseconds === 0) return undefined;
  return { outcome: 'wait', ...(milliseconds !== undefined && { milliseconds }) };
}

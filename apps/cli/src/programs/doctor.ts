import type { InvocationOf } from '../parse/invocation.ts';
import { doctorScreen } from '../screens/doctor.ts';
import type { Context } from './context.ts';
import { reachOwner } from './reach-owner.ts';

/** Look from outside first, then ask the owner, as far as one can be had. */
export async function doctor(invocation: InvocationOf<'doctor'>, context: Context): Promise<number> {
  const { checkProfile } = await import('@sotto/app-daemon');
  const outside = await checkProfile(invocation.profile);
  return doctorScreen(outside, { ...context, reach: reachOwner(invocation, context) });
}

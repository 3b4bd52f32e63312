import type { Enrolment, EnrolOutcome } from '@sotto/client';
import { HEADER } from '@sotto/protocol';
import { buyPresentation } from './buy-presentation.ts';
import { decodeCredentials, socketAuthorization } from './credentials.ts';
import { publishPreKeys } from './pre-keys.ts';
import type { ReceiptCredentials } from './receipt-credentials.ts';
import { type Proof, type RegisterOutcome, register } from './register.ts';
import { askAlone, type Surroundings, withConnection } from './surroundings.ts';

/**
 * Make this device known to the relay. Safe to repeat after a crash at any point: a swap is repeated
 * with the same bytes, and a registration whose answer was lost is taken up by the recovery password.
 */
export async function enrol(
  surroundings: Surroundings & { readonly receipts: ReceiptCredentials; readonly signal: AbortSignal },
  enrolment: Enrolment,
): Promise<EnrolOutcome> {
  const attempt = (proof: Proof) => register(surroundings, enrolment, proof);
  if (enrolment.restore) {
    const recovered = await attempt({ kind: 'recovery' });
    if (recovered.outcome !== 'refused') return finish(surroundings, enrolment, recovered);
  }
  const bought = await withConnection(surroundings, (ask) => buyPresentation(surroundings, ask, enrolment));
  let registered: RegisterOutcome = { outcome: 'refused' };
  if (bought.outcome === 'bought') {
    const { presentation, publicParams } = bought;
    registered = await attempt({ kind: 'presentation', presentation, publicParams });
  } else if (bought.outcome !== 'invite-refused') {
    return bought;
  }
  if (registered.outcome === 'refused' && !enrolment.restore)
    registered = await attempt({ kind: 'recovery' });
  if (registered.outcome === 'refused') return { outcome: 'invite-refused' };
  return finish(surroundings, enrolment, registered);
}

/** One-time keys have no place in a registration; should they not arrive, they are made again when few are left. */
async function finish(
  surroundings: Surroundings,
  { keys }: Enrolment,
  registered: Exclude<RegisterOutcome, { outcome: 'refused' }>,
): Promise<EnrolOutcome> {
  if (registered.outcome !== 'enrolled') return registered;
  if (keys.preKeys.length + keys.kyberPreKeys.length > 0) {
    const headers = {
      [HEADER.authorization]: socketAuthorization(decodeCredentials(registered.credentials)),
      [HEADER.disableMessages]: 'true',
    };
    await publishPreKeys((ask) => askAlone(surroundings, ask, headers), keys);
  }
  return registered;
}

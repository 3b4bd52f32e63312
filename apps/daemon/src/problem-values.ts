import { describeProblem, type RoadDistrust, type StoredMessage } from '@sotto/client';
import type { ProblemCode, RoadProblemCode, SentValue } from '@sotto/local-api';
import type { OnionTrouble } from '@sotto/transport-onion';
import { describeTrouble } from './describe-trouble.ts';
import { untrustedRelay, wrongRelayKey } from './refusals.ts';

/** Troubles, in English words for a terminal and by name for screens that speak other languages. */
type ProblemValue = Pick<SentValue, 'problem' | 'problem_code'>;

/** Why a message failed or waits. */
export function problemValue(message: Pick<StoredMessage, 'problem' | 'storedOn' | 'of'>): ProblemValue {
  const described = describeProblem(message);
  if (described === undefined) return {};
  // Each that the client knows is one that screens know.
  const code: ProblemCode = described.code;
  return { problem: described.words, problem_code: code };
}

/** Why nothing is sent to a relay that does answer. */
export function distrustValue(distrust: RoadDistrust | undefined): ProblemValue {
  if (distrust === undefined) return {};
  const { code, message, hint } = distrust === 'wrong-key' ? wrongRelayKey() : untrustedRelay();
  return { problem: `${message}; ${hint}`, problem_code: code };
}

/** Why nothing comes through the onion network. */
export function troubleValue(trouble: OnionTrouble | undefined): ProblemValue {
  if (trouble === undefined) return {};
  const { problem, hint } = describeTrouble(trouble);
  const code: RoadProblemCode = trouble;
  return { problem: `${problem}; ${hint}`, problem_code: code };
}

import { randomBytes } from '@sotto/crypto';
import type { OperationRequest } from '@sotto/protocol';
import type { NodeStore } from '../src/store/node-store.ts';
import { describeOperation } from '../src/store/operation.ts';
import type { OperationDone } from '../src/store/operations.ts';

type Unsigned<Request> = Request extends OperationRequest ? Omit<Request, 'auth'> : never;

/** What an owner asks for; nobody looks at signatures in the store. */
export function operationOf(request: Unsigned<OperationRequest>, signedAt = 1) {
  const auth = { signature: randomBytes(64), signedAt };
  return describeOperation({ ...request, auth } as OperationRequest);
}

/** As a member does that a client asks. */
export function ask(
  store: NodeStore,
  request: Unsigned<OperationRequest>,
  now: number,
): Promise<OperationDone> {
  const operation = operationOf(request, now);
  return store.write(() => store.operations.run(operation, { at: now, overtakes: true }, now));
}

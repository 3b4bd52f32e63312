import {
  deleteAllText,
  deleteBeforeText,
  deleteText,
  expireAllText,
  expireText,
  namespaceRules,
  type OperationRequest,
  type RequestAuth,
  revocationText,
  SUBACCOUNT_ACCESS,
  storeText,
} from '@sotto/protocol';
import type { BoxName } from '../store/messages.ts';
import type { Claim } from './authenticate.ts';

/** What the signature of an operation covers and what a subaccount needs for it (session-protocol §3.6). */
export function operationClaim(request: OperationRequest): Claim {
  const { mailbox, auth } = request;
  return { mailbox, auth, ...termsOf(request) };
}

function termsOf(request: OperationRequest): Pick<Claim, 'text' | 'access'> {
  switch (request.method) {
    case 'delete':
      return { text: deleteText(request.hashes), access: SUBACCOUNT_ACCESS.delete };
    case 'delete_all': {
      const { namespace, auth } = request;
      return { text: deleteAllText(namespace, auth.signedAt), access: SUBACCOUNT_ACCESS.delete };
    }
    case 'delete_before':
      return { text: deleteBeforeText(request.namespace, request.before), access: SUBACCOUNT_ACCESS.delete };
    case 'expire':
      return { text: expireText(request), access: SUBACCOUNT_ACCESS.write };
    case 'expire_all':
      return { text: expireAllText(request.namespace, request.expiry), access: SUBACCOUNT_ACCESS.delete };
    case 'revoke_subaccount':
    case 'unrevoke_subaccount': {
      const { method, auth, tokens } = request;
      // Its reader takes no subaccount along.
      return { text: revocationText(method, auth.signedAt, tokens), access: 0 };
    }
  }
}

/** The same of a store. Storing into an outbox deletes what is there. */
export function storeClaim({ mailbox, namespace }: BoxName, auth: RequestAuth, signedAt: number): Claim {
  const { write, delete: remove } = SUBACCOUNT_ACCESS;
  const access = namespaceRules(namespace).outbox ? write | remove : write;
  return { mailbox, auth, text: storeText(namespace, signedAt), access };
}

import type { LoadAccount } from '../relay/accounts.ts';
import { Crowd } from './crowd.ts';
import { HttpClient } from './http-client.ts';
import { OnionRequests, type OnionTerms } from './onion-requests.ts';
import { SendRequest } from './send-request.ts';
import { Sender } from './sender.ts';
import { isStored, StoreRequest } from './store-request.ts';

interface Place {
  readonly host: string;
  readonly port: number;
  /** One for each client. */
  readonly addresses: readonly string[];
  /** Whether they come again when they are told, or at once. */
  readonly heeds: boolean;
  readonly firstMessage: number;
}

export interface RelayCrowdTerms extends Place {
  readonly accounts: readonly LoadAccount[];
  /** Work of strangers by the account that it is for, one for each of their messages: every tenth of all. */
  readonly work: readonly (readonly string[])[];
}

export interface NodeCrowdTerms extends Place {
  /** Mailboxes, in hexadecimal as they are named. */
  readonly mailboxes: readonly string[];
}

export type OnionCrowdTerms = Place & OnionTerms;

const STRANGERS_EACH = 10;

/** Contacts and strangers who send to accounts of a relay. */
export function relayCrowd(terms: RelayCrowdTerms): Crowd {
  const senders = terms.addresses.map((from) => new Sender({ ...terms, from }));
  const requests = terms.accounts.map((account) => new SendRequest(account));
  const work = terms.work.map((stamps) => [...stamps]);
  const requestOf = (message: number): Buffer => {
    const account = message % requests.length;
    const request = requests[account] as SendRequest;
    const stamp =
      Math.floor(message / requests.length) % STRANGERS_EACH === 0 ? work[account]?.pop() : undefined;
    return stamp === undefined ? request.ofContact(message) : request.ofStranger(message, stamp);
  };
  return new Crowd(senders, { of: requestOf }, terms.firstMessage);
}

/** Clients that store into mailboxes of a storage node. */
export function nodeCrowd(terms: NodeCrowdTerms): Crowd {
  const judge = (_message: number, body: Buffer) => (isStored(body) ? 'accepted' : 'wordless');
  const clients = terms.addresses.map((from) => new HttpClient({ ...terms, from, judge }));
  const requests = terms.mailboxes.map((mailbox) => new StoreRequest(mailbox, terms.host));
  const requestOf = (message: number): Buffer =>
    (requests[message % requests.length] as StoreRequest).of(message);
  return new Crowd(clients, { of: requestOf }, terms.firstMessage);
}

/** Clients that store into mailboxes of a node that three others lie before. */
export function onionCrowd(terms: OnionCrowdTerms): Crowd {
  const requests = new OnionRequests(terms, terms.firstMessage);
  const judge: OnionRequests['judge'] = (message, body) => requests.judge(message, body);
  const refused = (message: number): void => requests.takeBack(message);
  const clients = terms.addresses.map((from) => new HttpClient({ ...terms, from, judge, refused }));
  return new Crowd(clients, requests, terms.firstMessage);
}

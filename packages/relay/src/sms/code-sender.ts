import type { CodeNotSent } from '@sotto/protocol';

/** The port by which codes get to phones. What is behind it belongs to the operator: a service, or the operator's own log. */
export interface CodeSender {
  /** Send a code, or say why not. Takes seconds at most, and never rejects for what the service does. */
  send(request: CodeRequest): Promise<SendOutcome>;
  /** Only of a service that makes the codes itself, and so alone can tell a right one. */
  readonly check?: (attempt: CodeAttempt) => Promise<CheckOutcome>;
}

export type CodeTransport = 'sms' | 'voice';

export interface CodeRequest {
  /** E.164. */
  readonly number: string;
  readonly transport: CodeTransport;
  /** A language tag (BCP 47) that the client prefers. */
  readonly language?: string;
  /** The relay's own; a service that makes codes itself sends another. */
  readonly code: string;
}

export type SendOutcome =
  /** With the service's name for what it sent, when the code is its own. */
  | { readonly outcome: 'sent'; readonly reference?: string }
  /** The number cannot be reached that way; another may do. */
  | { readonly outcome: 'transport-refused' }
  | ({ readonly outcome: 'not-sent' } & CodeNotSent);

export interface CodeAttempt {
  /** As `send` gave it. */
  readonly reference: string;
  /** What the person typed. */
  readonly code: string;
}

export type CheckOutcome = { readonly outcome: 'right' | 'wrong' | 'unavailable' };

/** Worth another try later, and nobody's fault but the service's or the operator's. */
export const UNAVAILABLE: SendOutcome = {
  outcome: 'not-sent',
  reason: 'providerUnavailable',
  permanentFailure: false,
};

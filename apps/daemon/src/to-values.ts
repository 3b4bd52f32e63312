import {
  type ClientStatus,
  type ContactView,
  formatMessageId,
  type OwnAccount,
  type ReceivedMessage,
  type RoadStatus,
} from '@sotto/client';
import type {
  AccountValue,
  ContactValue,
  FileValue,
  GapValue,
  MessageValue,
  PathValue,
  Result,
  RoadStatusValue,
} from '@sotto/local-api';
import type { OnionPath, OnionTrouble } from '@sotto/transport-onion';
import { distrustValue, troubleValue } from './problem-values.ts';

/** What the client says, in the words of the local API. */

export function accountValue(
  own: OwnAccount,
  place: Pick<AccountValue, 'profile' | 'relay' | 'directory'>,
): AccountValue {
  return {
    account_id: own.account,
    aci: own.aci,
    name: own.name,
    profile: place.profile,
    relay: place.relay,
    directory: place.directory,
    device: own.device,
    roads: [...own.roads],
    holds_phrase: own.holdsSeed,
    link: own.link,
  };
}

export function contactValue(contact: ContactView): ContactValue {
  return {
    account_id: contact.account,
    name: contact.displayName ?? null,
    their_name: contact.name ?? null,
    state: contact.state,
    road: contact.road,
    effective_road: contact.effectiveRoad,
    their_road: contact.theirRoad,
    verified: contact.verified,
    warning: contact.warning ?? null,
    added_at: contact.addedAt,
  };
}

/** `files`: of this message. */
export function receivedValue(
  { message, fromName }: ReceivedMessage,
  to: string,
  files: readonly FileValue[] = [],
): MessageValue | GapValue {
  const shared = {
    id: formatMessageId(message.id),
    from: message.chat,
    from_name: fromName ?? null,
    to,
    received_at: message.receivedAt ?? message.id.sentAt,
  };
  // A gap notice carries how many are missing as its text.
  if (message.kind === 'gap')
    return { event: 'gap', ...shared, missing: Number.parseInt(message.text, 10) || 0 };
  return {
    event: 'message',
    ...shared,
    text: message.text,
    road: message.road ?? null,
    sent_at: message.id.sentAt,
    request: message.request,
    ...(files.length === 0 ? {} : { attachments: [...files] }),
  };
}

/** What only the onion road itself knows of how it does. */
interface OnionSeen {
  readonly paths?: readonly OnionPath[] | undefined;
  readonly trouble: OnionTrouble | undefined;
}

export function statusValue(status: ClientStatus, onion: OnionSeen): Result<'status'> {
  return {
    account: status.account,
    roads: roadValues(status.roads, onion),
    queued: status.queued,
    requests: status.requests,
    record_pending: status.recordPending,
    replaced: status.replaced,
  };
}

/** All roads for somebody who looks at them: with the ways of the onion road, and why it carries nothing. */
export function roadValues(roads: readonly RoadStatus[], onion: OnionSeen): RoadStatusValue[] {
  const seen = { ...pathsValue(onion.paths), ...troubleValue(onion.trouble) };
  return roads.map((road) => ({ ...roadValue(road), ...(road.road === 'onion' ? seen : {}) }));
}

export function roadValue({ road, state, stop, drained, health, latency, distrust }: RoadStatus) {
  return {
    road,
    state,
    stop: stop ?? null,
    drained,
    healthy: health === 'healthy',
    ...(latency === undefined ? {} : { latency_ms: latency }),
    ...distrustValue(distrust),
  };
}

function pathsValue(paths: readonly OnionPath[] | undefined): Pick<RoadStatusValue, 'paths'> {
  return paths === undefined ? {} : { paths: paths.map(pathValue) };
}

export function pathValue({ purpose, hops, latency }: OnionPath): PathValue {
  return {
    purpose,
    hops: hops.map(({ ip, key }) => ({ ip, key })),
    ...(latency === undefined ? {} : { latency_ms: latency }),
  };
}

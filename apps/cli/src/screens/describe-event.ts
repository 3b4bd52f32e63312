import type { GapValue, LocalEvent, MessageValue, RoadStatusValue } from '@sotto/local-api';
import { showTime } from './screen.ts';

/** A message or gap for people to read; `clashes` says of a name that it is not one contact's alone. */
export function describeItem(
  item: MessageValue | GapValue,
  clashes: (name: string) => boolean = () => false,
): string {
  const who = describeSender(item, clashes);
  if (item.event === 'gap') {
    return `${showTime(item.received_at)}  ${who}: ${item.missing} earlier message(s) have not arrived`;
  }
  const request = item.request ? ' (request; answer or accept to go on)' : '';
  const text = item.text.replaceAll('\n', '\n    ');
  // Before the name, which a stranger chooses and could let end in the name of a road.
  const road = item.road === null ? '' : `${item.road}  `;
  return `${showTime(item.sent_at)}  ${road}${who}${request}: ${text}`;
}

/** A stranger chooses their own name, and two contacts may share one: then only the ID says who it is. */
function describeSender(item: MessageValue | GapValue, clashes: (name: string) => boolean): string {
  const { from, from_name: name } = item;
  if (name === null) return from;
  const unsure = (item.event === 'message' && item.request) || clashes(name);
  return unsure ? `${name} <${from}>` : name;
}

/** Any other event in one line. */
export function describeEvent(event: LocalEvent): string {
  switch (event.event) {
    case 'message-state':
      return `message ${event.id}: ${event.state}${event.problem === undefined ? '' : ` (${event.problem})`}`;
    case 'contact':
      return event.contact === null
        ? `contact ${event.account_id}: gone`
        : `contact ${event.contact.name ?? event.account_id}: ${event.contact.state}`;
    case 'request':
      return `request from ${event.contact.name ?? event.account_id}`;
    case 'road':
      return describeRoadStatus(event.status);
    case 'drained':
      return `${event.road}: nothing more waits`;
    case 'account':
      return `account: ${event.state}`;
    default:
      return event.event;
  }
}

function describeRoadStatus({ road, state, healthy }: RoadStatusValue): string {
  return `${road}: ${state}${healthy === false ? ', answers badly; chats that may take the other road' : ''}`;
}

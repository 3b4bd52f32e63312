import type { ChatValue, LocalEvent } from '@sotto/local-api';
import { describe, expect, it } from 'vitest';
import { notificationFor } from './notification-for.ts';
import { titleWith, unreadTotal } from './unread-total.ts';

const account = `05${'ab'.repeat(32)}`;
const chat = (state: ChatValue['contact']['state'], unread = 0): ChatValue => ({
  contact: {
    account_id: account,
    name: 'Ana',
    their_name: 'Ana',
    state,
    road: 'auto',
    verified: false,
    warning: null,
    added_at: 0,
  },
  last: null,
  unread,
  read_through: 0,
  draft: null,
  active_at: 0,
});
const came = (direction: 'in' | 'out' = 'in', request = false): LocalEvent => ({
  event: 'item',
  account_id: account,
  item: {
    kind: 'text',
    sequence: 1,
    id: '1',
    direction,
    text: 'the secret text',
    state: 'received',
    road: 'onion',
    sent_at: 0,
    request,
  },
});
const situation = { notifications: 'name', attended: false, chat: chat('accepted') } as const;

describe('a notification', () => {
  it('says a name only where that was chosen, and never a text', () => {
    const named = notificationFor(came(), situation);
    const hidden = notificationFor(came(), { ...situation, notifications: 'hidden' });
    expect(named).toEqual({ account, kind: 'message', name: 'Ana' });
    expect(hidden).toEqual({ account, kind: 'message', name: undefined });
    expect(JSON.stringify([named, hidden])).not.toContain('secret');
  });

  it('is not shown to somebody who looks, nor where it was switched off', () => {
    expect(notificationFor(came(), { ...situation, attended: true })).toBeUndefined();
    expect(notificationFor(came(), { ...situation, notifications: 'off' })).toBeUndefined();
  });

  it('is not for what one sent, nor for blocked people', () => {
    expect(notificationFor(came('out'), situation)).toBeUndefined();
    expect(notificationFor(came(), { ...situation, chat: chat('blocked') })).toBeUndefined();
  });

  it('tells of a request once, without the name that a stranger chose', () => {
    const request: LocalEvent = {
      event: 'request',
      account_id: account,
      contact: chat('request').contact,
    };
    expect(notificationFor(request, situation)).toEqual({ account, kind: 'request', name: undefined });
    expect(notificationFor(came('in', true), { ...situation, chat: chat('request') })).toBeUndefined();
  });
});

describe('the title', () => {
  it('counts messages of known people, and each request as one', () => {
    expect(
      unreadTotal([chat('accepted', 2), chat('invited', 1), chat('request', 7), chat('blocked', 4)]),
    ).toBe(4);
  });

  it('says how many', () => {
    expect(titleWith(0, 'Sotto')).toBe('Sotto');
    expect(titleWith(3, 'Sotto')).toBe('(3) Sotto');
    expect(titleWith(100, 'Sotto')).toBe('(99+) Sotto');
  });
});

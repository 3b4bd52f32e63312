import { fromUtf8 } from '@sotto/bytes';
import { describe, expect, it } from 'vitest';
import { createRemoteConfig } from './create-remote-config.ts';

describe('what an operator sets for clients', () => {
  it('has one tag in whatever order it comes, and another when a value changes', () => {
    const { tag, reply } = createRemoteConfig({ 'b.c': '2', a: '1,2' });
    expect(fromUtf8(reply.body ?? new Uint8Array())).toBe('{"config":{"a":"1,2","b.c":"2"}}');
    expect(createRemoteConfig({ a: '1,2', 'b.c': '2' }).tag).toBe(tag);
    expect(createRemoteConfig({ a: '1,3', 'b.c': '2' }).tag).not.toBe(tag);
    expect(createRemoteConfig({}).tag).not.toBe(tag);
  });

  it('takes names and values as long as clients take them', () => {
    const { reply } = createRemoteConfig({ ['n'.repeat(128)]: 'v'.repeat(4_096), empty: '' });
    expect(reply.status).toBe(200);
  });

  it.each([
    ['no name', { '': 'x' }],
    ['a name of other characters', { 'global max': 'x' }],
    ['a name that is an object’s own', { ['__proto__']: 'x' }],
    ['a name that is too long', { ['n'.repeat(129)]: 'x' }],
    ['a value that is too long', { a: 'v'.repeat(4_097) }],
    ['a value with a line break', { a: 'v\nw' }],
    ['half a character', { a: '\ud800' }],
    ['too many', Object.fromEntries(Array.from({ length: 1_025 }, (_, at) => [`n${at}`, '']))],
    [
      'too much of all',
      Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`n${at}`, 'v'.repeat(4_000)])),
    ],
  ])('is refused with %s', (_, values) => {
    expect(() => createRemoteConfig(values)).toThrow(expect.objectContaining({ code: 'bad-remote-config' }));
  });
});

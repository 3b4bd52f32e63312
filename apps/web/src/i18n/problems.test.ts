import { PROBLEM_CODES, ROAD_PROBLEM_CODES } from '@sotto/local-api';
import { describe, expect, it } from 'vitest';
import { ar } from './ar/index.ts';
import { de } from './de/index.ts';
import { en } from './en/index.ts';

/** `waits`: what is said of a message that waits without a name for why. */
const MESSAGES = [...PROBLEM_CODES, 'waits'].sort();

describe.each([
  ['en', en],
  ['de', de],
  ['ar', ar],
] as const)('the catalogue %s', (_, { chat, network, common }) => {
  it('has a text for each problem of a message that may be named, and for no other', () => {
    expect(Object.keys(chat.problem).sort()).toEqual(MESSAGES);
  });

  it('has a text for each problem of a road', () => {
    expect(Object.keys(network.problem).sort()).toEqual([...ROAD_PROBLEM_CODES].sort());
  });

  it('says why a chat with one road that leads nowhere takes nothing', () => {
    const codes = ['they-have-no-relay', 'no-relay', 'no-onion'] as const;
    expect(codes.filter((code) => common.error[code] === undefined)).toEqual([]);
  });

  it('says why a file is not taken, and what to do', () => {
    const codes = [
      'files-need-onion',
      'file-too-large',
      'file-changed',
      'files-full',
      'unknown-file',
    ] as const;
    expect(codes.filter((code) => common.error[code] === undefined)).toEqual([]);
  });
});

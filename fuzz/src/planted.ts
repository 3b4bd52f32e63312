import { utf8 } from '@sotto/bytes';
import type { Target } from './target.ts';
import { Broken } from './target.ts';

class Refused extends Error {}

/** Milliseconds. */
const HOLDS = 1_000;
/** Inputs. */
const LATE = 20_000;

/**
 * Parsers with one defect each, which a test must see found: that the fuzz finds nothing in the tree counts
 * only as long as it finds these. `npm run fuzz` runs them when they are named.
 */
export const PLANTED: readonly Target[] = [
  planted('planted-error', (text) => {
    const value = JSON.parse(text) as { list?: unknown[] } | null;
    if (typeof value !== 'object' || value === null || !Array.isArray(value.list)) throw new Refused();
    // Forgets that a member of a list may be null.
    if (value.list.length > 2) return String((value.list[1] as { name?: string }).name);
    return '';
  }),
  planted('planted-slow', (text) => {
    if (text.includes('[[[')) waste(150);
    return text;
  }),
  planted('planted-hang', (text) => {
    if (text.includes('[[')) waste(Number.POSITIVE_INFINITY);
    return text;
  }),
  planted('planted-crash', (text) => {
    if (text.includes('null')) process.kill(process.pid, 'SIGKILL');
    return text;
  }),
  planted('planted-not-canonical', (text) => {
    const number = /^\{"list":\[(\d+)/.exec(text)?.[1];
    if (number === undefined) throw new Refused();
    if (String(Number(number)) !== number) throw new Broken('two texts for one number');
    return number;
  }),
  planted('planted-memory', (text) => {
    held.push(Buffer.alloc(8 * 1024, text));
    return text;
  }),
  // No defect: it has said that it holds what it needs for a second.
  {
    ...planted('planted-holding', (text) => {
      const needed = Buffer.alloc(8 * 1024, text);
      setTimeout(() => needed.length, HOLDS);
      return text;
    }),
    holds: HOLDS,
  },
  // No defect: something new comes after thousands of inputs without.
  planted('planted-late', (text) => {
    given += 1;
    return given > LATE ? text.toUpperCase().trim() : text;
  }),
  // A door behind three checks, each of which an input must pass before the next can be seen.
  planted('planted-deep', (text) => {
    if (!text.startsWith('{"list":[')) throw new Refused();
    if (text.charCodeAt(9) !== 0x37) throw new Refused();
    if (text.charCodeAt(10) !== 0x2c) throw new Refused();
    if (text.charCodeAt(11) === 0x22) throw new TypeError('three steps deep');
    return text;
  }),
];

const held: Buffer[] = [];
let given = 0;

function planted(name: string, read: (text: string) => string): Target {
  return {
    name,
    covers: [],
    form: 'json',
    refuses: [Refused, SyntaxError],
    open: () => ({
      seeds: [utf8('{"list":[1,{"name":"a"}]}'), utf8('{"list":[]}')],
      read: (input) => {
        read(new TextDecoder().decode(input));
        return 'taken';
      },
    }),
  };
}

/** Of the processor, so that a busy machine does not make it less. */
function waste(milliseconds: number): void {
  const before = process.cpuUsage();
  while (process.cpuUsage(before).user < milliseconds * 1_000);
}

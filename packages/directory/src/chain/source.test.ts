import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DirectoryError } from '../errors.ts';
import { formatChainSource, isChainSource, parseChainSource } from './source.ts';

const good = {
  id: 42_161,
  contract: `0x${'Ab'.repeat(20)}`,
  endpoints: ['https://one.example/', 'https://two.example/key', 'http://127.0.0.1:8545'],
  agree: 2,
};

function read(over: object): ReturnType<typeof parseChainSource> {
  return parseChainSource(JSON.stringify({ chain: { ...good, ...over } }));
}

describe('the place of a registry', () => {
  it('is read, by finality and for the internet unless it says otherwise', () => {
    expect(read({})).toEqual({
      ...{ chainId: 42_161, contract: good.contract.toLowerCase(), endpoints: good.endpoints, agree: 2 },
      ...{ finality: 'finalized', subnets: 'distinct' },
    });
    expect(read({ confirmations: 3, subnets: 'ignore' })).toMatchObject({
      ...{ finality: { confirmations: 3 }, subnets: 'ignore' },
    });
  });

  it('comes back as it went', () => {
    const source = read({ confirmations: 1 });
    const text = formatChainSource(source);
    expect(parseChainSource(text)).toEqual(source);
    expect(isChainSource(text)).toBe(true);
    expect(isChainSource('{ "sequence": 1 }')).toBe(false);
  });

  it.each([
    ['half of its endpoints agree', { agree: 1 }],
    ['more agree than there are', { agree: 4 }],
    ['an endpoint stands there twice', { endpoints: ['https://a.example', 'https://a.example'] }],
    ['there is no endpoint', { endpoints: [], agree: 0 }],
    ['anybody on the way could answer', { endpoints: ['http://a.example'], agree: 1 }],
    ['a name only looks like loopback', { endpoints: ['http://127.0.0.1.example'], agree: 1 }],
    ['the contract is no address', { contract: '0x12' }],
  ])('is refused when %s', (_, over) => {
    expect(() => read(over)).toThrow(expect.objectContaining({ code: 'bad-json' }));
  });

  it('gives one error for anything else', () => {
    const field = fc.constantFrom(...Object.keys(good), 'confirmations', 'subnets');
    const bent = fc
      .tuple(field, fc.jsonValue())
      .map(([name, value]) => JSON.stringify({ chain: { ...good, [name]: value } }));
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), bent), (text) => {
        try {
          parseChainSource(text);
        } catch (error) {
          expect(error).toBeInstanceOf(DirectoryError);
        }
      }),
    );
  });
});

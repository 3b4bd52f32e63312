import { asBytes, type Bytes } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatJson, parseJson, type ServiceId } from '../src/index.ts';

/** What all bodies promise, said once: each body's test names its members. */
export interface Body<Value> {
  readonly name: string;
  readonly values: fc.Arbitrary<Value>;
  readonly format: (value: Value) => unknown;
  readonly parse: (value: unknown) => Value;
  /** Members that must be there. */
  readonly required?: readonly string[];
  /** Values that a member must not have; members of members and of lists' first elements with dots. */
  readonly refused?: readonly (readonly [member: string, value: unknown])[];
  /** Members that are written for others and not read. */
  readonly ignored?: readonly string[];
}

export function obeysBodyLaws<Value>(body: Body<Value>): void {
  const { name, values, format, parse, required = [], refused = [], ignored = [] } = body;

  describe(name, () => {
    it('comes back from its own text', () => {
      fc.assert(
        fc.property(values, (value) => {
          expect(parse(parseJson(formatJson(format(value))))).toEqual(value);
        }),
        { numRuns: 30 },
      );
    });

    it('is refused where one member is of another kind, by the name of that member', () => {
      fc.assert(
        fc.property(values, (value) => {
          const paths = pathsOf(plain(format(value))).filter(([first = '']) => !ignored.includes(first));
          for (const path of paths) expectRefused(parse, damaged(plain(format(value)), path), path);
        }),
        { numRuns: 5 },
      );
    });

    it.each(required)('is refused without %s', (member) => {
      const { [member]: left, ...others } = plain(format(fullest(body))) as Record<string, unknown>;
      expect(left).toBeDefined();
      expectRefused(parse, others, [member]);
    });

    it.each(refused)('is refused where %s is %j', (member, wrong) => {
      const path = member.split('.');
      expectRefused(parse, replaced(plain(format(fullest(body))), path, wrong), path);
    });
  });
}

/** Bytes, as many as are told. */
export const bytesOf = (least: number, most = least): fc.Arbitrary<Bytes> =>
  fc.uint8Array({ minLength: least, maxLength: most }).map(asBytes);

export const wordOf = (least: number, most: number): fc.Arbitrary<string> =>
  fc.stringMatching(new RegExp(`^[a-z0-9]{${least},${most}}$`));

export const deviceIds = fc.integer({ min: 1, max: 127 });
export const registrationIds = fc.integer({ min: 1, max: 0x3fff });
export const uuids = fc.uuid();
export const phoneNumbers = fc.constantFrom('+15550100', '+4930123456', '+390612345678901');
export const serviceIds: fc.Arbitrary<ServiceId> = fc.record({
  kind: fc.constantFrom('aci', 'pni'),
  uuid: bytesOf(16),
});
export const signedKeys = fc.record({
  keyId: fc.nat({ max: 0x7fff_ffff }),
  publicKey: bytesOf(33),
  signature: bytesOf(64),
});
export const kyberKeys = fc.record({
  keyId: fc.nat({ max: 0x7fff_ffff }),
  publicKey: bytesOf(1_569),
  signature: bytesOf(64),
});

/** The one of some values that says most. */
function fullest<Value>({ values, format }: Body<Value>): Value {
  const [first, ...others] = fc.sample(values, { numRuns: 50, seed: 1 });
  const length = (value: Value) => formatJson(format(value)).length;
  return others.reduce((most, value) => (length(value) > length(most) ? value : most), first as Value);
}

function plain(value: unknown): unknown {
  return parseJson(formatJson(value));
}

type Path = readonly string[];

function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [
    [...path, name],
    ...pathsOf(member, [...path, name]),
  ]);
}

/** Another kind, also where there is `null` and might be a number, a text or an object. */
function damaged(value: unknown, path: Path): unknown {
  const old = path.reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], value);
  return replaced(value, path, typeof old === 'boolean' ? 7 : true);
}

function replaced(value: unknown, [name, ...rest]: Path, member: unknown): unknown {
  if (name === undefined) return member;
  if (Array.isArray(value) && /^\d+$/.test(name))
    return value.with(Number(name), replaced(value[Number(name)], rest, member));
  if (Array.isArray(value)) return [replaced(value[0], [name, ...rest], member), ...value.slice(1)];
  const object = value as Record<string, unknown>;
  return { ...object, [name]: replaced(object[name], rest, member) };
}

/** The error names the member or one that it is part of, and never a name of the sender's choice. */
function expectRefused(parse: (value: unknown) => unknown, value: unknown, path: Path): void {
  const names = path.filter((name) => !/^\d+$/.test(name)).join('.');
  expect(() => parse(value), names).toThrow(
    expect.objectContaining({ name: 'ProtocolError', code: 'bad-body', field: expect.any(String) }),
  );
  try {
    parse(value);
  } catch (error) {
    const { field } = error as { field: string };
    expect([names, ...names.split('.').map((_, index, all) => all.slice(0, index).join('.'))]).toContain(
      field,
    );
  }
}

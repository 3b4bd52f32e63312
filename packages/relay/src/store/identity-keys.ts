import { type Bytes, toHex } from '@sotto/bytes';
import { type Row, rows, type Work } from '@sotto/database';
import type { ServiceId } from '@sotto/protocol';
import { bytesOf } from './columns.ts';

/** Public identity keys by the hexadecimal form of an ACI or PNI. */
export interface IdentityKeys {
  readonly aci: ReadonlyMap<string, Bytes>;
  readonly pni: ReadonlyMap<string, Bytes>;
}

/** So many are looked up by one statement. */
const AT_ONCE = 100;

/** Of those of many that there are; a step of the store's reads. */
export function* readIdentityKeys(ids: readonly ServiceId[]): Work<IdentityKeys> {
  const of = (kind: ServiceId['kind']): readonly Bytes[] =>
    ids.filter((id) => id.kind === kind).map(({ uuid }) => uuid);
  return {
    aci: yield* lookUp(of('aci'), 'SELECT aci AS id, identity_key AS identity_key FROM account WHERE aci'),
    pni: yield* lookUp(
      of('pni'),
      'SELECT pni AS id, pni_identity_key AS identity_key FROM account WHERE pni',
    ),
  };
}

function* lookUp(ids: readonly Bytes[], where: string): Work<ReadonlyMap<string, Bytes>> {
  const found: Row[] = [];
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    const some = ids.slice(start, start + AT_ONCE);
    found.push(...(yield* rows(`${where} IN (${some.map(() => '?').join(', ')})`, some)));
  }
  return new Map(found.map((one) => [toHex(bytesOf(one['id'])), bytesOf(one['identity_key'])]));
}

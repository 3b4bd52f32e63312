import { access } from 'node:fs/promises';
import { equalBytes, fromHex } from '@sotto/bytes';
import { newList, signList } from '@sotto/directory';
import { CliError } from '../../cli-error.ts';
import type { InvocationOf } from '../../parse/invocation.ts';
import type { Context } from '../context.ts';
import { explainList } from './explain-list.ts';
import { createList } from './list-on-disk.ts';
import { printList } from './print-list.ts';
import { obtainSigningKey } from './signing-key.ts';

/** Begin a list without nodes, signed with the key, which is made if it is missing. */
export async function initDirectory(
  { file, key, threshold, signers, subnets }: InvocationOf<'directory init'>,
  { output }: Context,
): Promise<number> {
  const signed = await createList(file, async () => {
    await refuseExisting(file);
    const { publicKey, secretKey } = await obtainSigningKey(key, output);
    const others = signers.map(fromHex).filter((signer) => !equalBytes(signer, publicKey));
    const all = [publicKey, ...others];
    const needed = threshold ?? Math.floor(all.length / 2) + 1;
    return explainList(() =>
      signList(newList({ signers: all, threshold: needed, subnets, now: Date.now() }), secretKey),
    );
  });
  return printList(file, signed, output);
}

async function refuseExisting(file: string): Promise<void> {
  try {
    await access(file);
  } catch {
    return;
  }
  throw new CliError(
    'bad-directory',
    `${file} is there already`,
    'whoever has this list would refuse a new one: change it with `directory add` and `directory remove`, or name another file',
  );
}

import { equalBytes } from '@sotto/bytes';
import { signList } from '@sotto/directory';
import type { InvocationOf } from '../../parse/invocation.ts';
import type { Context } from '../context.ts';
import { editList } from './list-on-disk.ts';
import { printList } from './print-list.ts';
import { readSigningKey } from './signing-key.ts';

/** Add a signature to the list as it is. */
export async function signDirectory(
  { file, key }: InvocationOf<'directory sign'>,
  { output }: Context,
): Promise<number> {
  const { publicKey, secretKey } = await readSigningKey(key, output);
  const signed = await editList(file, (before) => signList(before, secretKey));
  if (!signed.list.signers.some((signer) => equalBytes(signer, publicKey))) {
    output.note('this key is not of the signers of this list; it counts only where it signed an earlier one');
  }
  return printList(file, signed, output);
}

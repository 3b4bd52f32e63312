import { toHex } from '@sotto/bytes';
import {
  countSignatures,
  describeList,
  isSeen,
  type SignedList,
  swarmsOf,
  verifyList,
} from '@sotto/directory';
import { DONE } from '../../cli-error.ts';
import type { Output } from '../../output.ts';

/** Print a list as it now stands, and in JSON what more there is to say of it. */
export async function printList(
  file: string,
  signed: SignedList,
  output: Output,
  more: object = {},
): Promise<number> {
  const { list } = signed;
  const { signatures: _, ...described } = describeList(signed);
  const signedBy = list.signers.filter(
    (signer) => countSignatures(signed, { signers: [signer], threshold: 1 }) === 1,
  );
  const swarms = swarmsOf(list).map(({ id, nodes }) => ({ swarm_id: String(id), size: nodes.length }));
  const complete = verifyList(signed);
  await output.result(
    { file, ...described, swarms, signed_by: signedBy.map(toHex), complete, ...more },
    [
      `list ${list.sequence} of ${new Date(list.issuedAt).toISOString()}: ` +
        `${list.nodes.length} nodes in ${swarms.length} swarms, subnets ${list.subnets}`,
      isSeen(list)
        ? 'signed by nobody: it is as good as those who have named its nodes'
        : `signed by ${signedBy.length} of ${list.signers.length} signers, ${list.threshold} needed: ` +
          (complete ? 'complete' : 'not yet of use to anybody'),
      ...list.signers.map((signer) => `signer ${toHex(signer)}${signedBy.includes(signer) ? ' signed' : ''}`),
      ...list.nodes.map(
        ({ ip, httpsPort, swarm, ed25519 }) => `node ${ip}:${httpsPort} swarm ${swarm} ${toHex(ed25519)}`,
      ),
    ].join('\n'),
  );
  if (!complete) {
    const missing = list.threshold - signedBy.length;
    output.note(`${missing} more must sign: \`sotto directory sign --file ${file} --key …\``);
  }
  return DONE;
}

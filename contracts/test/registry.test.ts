import { ed25519KeyPair, ed25519Sign, randomBytes } from '@sotto/crypto';
import {
  approveStake,
  callRegistry,
  deployRegistry,
  registerNode,
  registration,
  registryAbi,
  voteAccount,
} from '@sotto/directory/chain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT_DELAY, refusedFor, STAKE, startRegistry, type TestRegistry } from './_registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.close());

async function listed(): Promise<readonly string[]> {
  const reading = await registry.read();
  if (reading.outcome !== 'read') throw new Error(JSON.stringify(reading));
  return reading.directory.nodes.map(({ ip }) => ip);
}

describe('a registration', () => {
  it('takes the stake and lists the node', async () => {
    const node = await registry.node();
    expect(await listed()).toContain(node.ip);
    expect(await registry.balance(node.operator.account.address)).toBe(9n * STAKE);
    expect(await registry.balance(registry.place.contract)).toBeGreaterThanOrEqual(STAKE);
  });

  it('is refused without a stake that was allowed', async () => {
    const operator = await registry.operator();
    await expect(registerNode(operator, request())).rejects.toMatchObject(refusedFor('TokenFailed'));
  });

  it('is refused twice for one key and operator, and with a vote key that is taken', async () => {
    const node = await registry.node();
    await expect(registry.node({ pair: node.pair, operator: node.operator })).rejects.toMatchObject(
      refusedFor('AlreadyRegistered'),
    );
    await expect(registry.node({ voter: node.voter })).rejects.toMatchObject(refusedFor('VoteKeyTaken'));
  });

  it('is refused with a vote key whose proof is for another operator, node, chain or contract', async () => {
    const operator = await registry.operator();
    await approveStake(operator, registry.place.contract);
    const asked = request();
    const good = await registration(operator.account.address, asked);
    const others = [
      await registration((await registry.operator()).account.address, asked),
      await registration(operator.account.address, { ...asked, ed25519: randomBytes(32) }),
      await registration(operator.account.address, { ...asked, place: { ...registry.place, chainId: 1 } }),
      await registration(operator.account.address, {
        ...asked,
        place: { ...registry.place, contract: `0x${'11'.repeat(20)}` },
      }),
      await registration(operator.account.address, { ...asked, voter: voteAccount(randomBytes(32)) }),
    ];
    for (const [, , , , vote] of others) {
      const args = good.map((value, index) => (index === 4 ? vote : value));
      const call = { contract: registry.place.contract, abi: registryAbi, name: 'register', args };
      await expect(operator.send(call)).rejects.toMatchObject(refusedFor('BadVoteKey'));
    }
    const call = { contract: registry.place.contract, abi: registryAbi, name: 'register', args: good };
    await operator.send(call);
  });

  it('by a squatter neither lists the node nor keeps its owner out', async () => {
    const squatter = await registry.operator();
    const pair = ed25519KeyPair(randomBytes(32));
    await approveStake(squatter, registry.place.contract);
    await registerNode(squatter, { ...request(), ip: '127.200.0.1', ed25519: pair.publicKey });
    expect(await listed()).not.toContain('127.200.0.1');
    const owner = await registry.node({ pair });
    expect(await listed()).toContain(owner.ip);
  });

  it('that claims the address of another node is not listed, whichever key is older', async () => {
    const first = await registry.node();
    const late = await registry.node({ ip: first.ip });
    await callRegistry(first.operator, registry.place.contract, {
      ...{ name: 'updateAddress', node: first.id },
      address: { ip: '127.201.0.1', httpsPort: 22_021, omqPort: 0 },
    });
    expect(await listed()).toContain('127.201.0.1');
    // The older entry comes to an address that the newer one has by now.
    await callRegistry(first.operator, registry.place.contract, {
      ...{ name: 'updateAddress', node: first.id },
      address: { ip: late.ip, httpsPort: 22_021, omqPort: 0 },
    });
    const reading = await registry.read();
    const all = reading.outcome === 'read' ? reading.directory.registered : [];
    expect(all.find(({ id }) => id === first.id)).toMatchObject({ dropped: 'address-twice' });
    expect(all.find(({ id }) => id === late.id)?.dropped).toBeUndefined();
  });
});

describe('an exit', () => {
  it('is for the operator to ask, and pays after the delay and once', async () => {
    const { contract } = registry.place;
    const node = await registry.node();
    const stranger = await registry.operator();
    const address = node.operator.account.address;
    const call = (name: 'requestExit' | 'finishExit' | 'withdraw', who = node.operator): Promise<void> =>
      callRegistry(who, contract, { name, node: node.id });
    await expect(call('requestExit', stranger)).rejects.toMatchObject(refusedFor('NotOperator'));
    await expect(call('withdraw')).rejects.toMatchObject(refusedFor('TooEarly'));
    await call('requestExit');
    await expect(call('requestExit')).rejects.toMatchObject(refusedFor('ExitAlreadyRequested'));
    await registry.pass(EXIT_DELAY - 60);
    expect(await listed()).toContain(node.ip);
    await expect(call('withdraw')).rejects.toMatchObject(refusedFor('TooEarly'));
    await expect(call('finishExit', stranger)).rejects.toMatchObject(refusedFor('TooEarly'));
    await registry.pass(61);
    const before = await registry.balance(stranger.account.address);
    // Whoever asks for it, the operator is paid.
    await call('withdraw', stranger);
    expect(await registry.balance(address)).toBe(10n * STAKE);
    expect(await registry.balance(stranger.account.address)).toBe(before);
    expect(await listed()).not.toContain(node.ip);
    await expect(call('withdraw')).rejects.toMatchObject(refusedFor('NothingToWithdraw'));
    await registry.node({ pair: node.pair, operator: node.operator, voter: node.voter });
  });

  it('can be finished by anybody, so that nobody stays without a stake at risk', async () => {
    const { contract } = registry.place;
    const node = await registry.node();
    const stranger = await registry.operator();
    await callRegistry(node.operator, contract, { name: 'requestExit', node: node.id });
    await registry.pass(EXIT_DELAY + 1);
    await callRegistry(stranger, contract, { name: 'finishExit', node: node.id });
    expect(await listed()).not.toContain(node.ip);
    await callRegistry(node.operator, contract, { name: 'withdraw', node: node.id });
    expect(await registry.balance(node.operator.account.address)).toBe(10n * STAKE);
  });
});

it('is made with numbers that cannot be wrong for good', async () => {
  const operator = await registry.operator();
  const good = {
    ...{ token: registry.token, stake: STAKE, exitDelay: 1, removedLock: 1 },
    ...{ maxNodes: 1000, epochBlocks: 120 },
  };
  await deployRegistry(operator, good);
  const tooLong = 366 * 86_400;
  for (const bad of [
    { token: operator.account.address },
    { stake: 0n },
    { exitDelay: tooLong },
    { removedLock: tooLong },
    { maxNodes: 0 },
    { maxNodes: 1001 },
    { epochBlocks: 0 },
    { epochBlocks: 121 },
  ]) {
    await expect(deployRegistry(operator, { ...good, ...bad })).rejects.toMatchObject({ code: 'refused' });
  }
});

/** A node that nobody has the key of. */
function request(): Parameters<typeof registerNode>[1] {
  const pair = ed25519KeyPair(randomBytes(32));
  return {
    ...{ place: registry.place, ip: '127.199.0.1', httpsPort: 1, omqPort: 0, ed25519: pair.publicKey },
    sign: (text) => ed25519Sign(ed25519KeyPair(randomBytes(32)).secretKey, text),
    voter: voteAccount(randomBytes(32)),
  };
}

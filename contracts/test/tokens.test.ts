import { readFileSync } from 'node:fs';
import { callRegistry, type Hex } from '@sotto/directory/chain';
import { type AnvilServer, startAnvil } from '@sotto/test-servers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CompiledContract, compile } from '../src/compile.ts';
import { deployOn, EXIT_DELAY, refusedFor, STAKE, type TestRegistry } from './_registry.ts';

const source = readFileSync(new URL('tokens.sol', import.meta.url), 'utf8');
let tokens: Readonly<Record<string, CompiledContract>>;
let anvil: AnvilServer;
beforeAll(async () => {
  tokens = compile({ 'tokens.sol': source });
  anvil = await startAnvil();
});
afterAll(() => anvil.stop());

function registryWith(name: string): Promise<TestRegistry> {
  const { abi, code } = tokens[name] ?? { abi: [], code: '0x' };
  return deployOn(anvil, { chainId: 31_337, tokenOf: (rich) => rich.deploy(abi, code, []) });
}

describe('a token that calls back', () => {
  it('gets no stake twice', async () => {
    const registry = await registryWith('ReentrantToken');
    const { contract } = registry.place;
    const abi = tokens['ReentrantToken']?.abi ?? [];
    const [thief, other] = [await registry.node(), await registry.node()];
    await callRegistry(thief.operator, contract, { name: 'requestExit', node: thief.id });
    await registry.pass(EXIT_DELAY + 1);
    const call = withdrawCall(thief.id);
    await other.operator.send({ contract: registry.token, abi, name: 'plan', args: [call] });
    await callRegistry(thief.operator, contract, { name: 'withdraw', node: thief.id });
    expect(await registry.balance(thief.operator.account.address)).toBe(10n * STAKE);
    expect(await registry.balance(contract)).toBe(STAKE);
    // The token did try, and the door was closed.
    const view = { contract: registry.token, abi, args: [] };
    expect(await other.operator.view({ ...view, name: 'call' })).toBe(call);
    expect(await other.operator.view({ ...view, name: 'succeeded' })).toBe(false);
  });

  it('gets no other stake out while one comes in', async () => {
    const registry = await registryWith('ReentrantToken');
    const { contract } = registry.place;
    const abi = tokens['ReentrantToken']?.abi ?? [];
    const first = await registry.node();
    await callRegistry(first.operator, contract, { name: 'requestExit', node: first.id });
    await registry.pass(EXIT_DELAY + 1);
    const args = [withdrawCall(first.id)];
    await first.operator.send({ contract: registry.token, abi, name: 'plan', args });
    await registry.node();
    const view = { contract: registry.token, abi, args: [] };
    expect(await first.operator.view({ ...view, name: 'succeeded' })).toBe(false);
    expect(await registry.balance(contract)).toBe(2n * STAKE);
  });
});

it('takes a token that answers nothing', async () => {
  const registry = await registryWith('SilentToken');
  const node = await registry.node();
  await callRegistry(node.operator, registry.place.contract, { name: 'requestExit', node: node.id });
  await registry.pass(EXIT_DELAY + 1);
  await callRegistry(node.operator, registry.place.contract, { name: 'withdraw', node: node.id });
  expect(await registry.balance(node.operator.account.address)).toBe(10n * STAKE);
});

it('takes none that says no, or keeps a part', async () => {
  for (const name of ['RefusingToken', 'TakingToken']) {
    const registry = await registryWith(name);
    await expect(registry.node()).rejects.toMatchObject(refusedFor('TokenFailed'));
  }
});

/** `withdraw(uint64)`. */
function withdrawCall(id: bigint): Hex {
  return `0x750f0acc${id.toString(16).padStart(64, '0')}`;
}

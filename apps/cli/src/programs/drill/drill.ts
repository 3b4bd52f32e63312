import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Devnet } from '@sotto/devnet';
import { DONE, FAILED } from '../../cli-error.ts';
import type { InvocationOf } from '../../parse/invocation.ts';
import { describeSize } from '../../screens/files/describe-files.ts';
import type { Context } from '../context.ts';
import { BIN } from '../devnet-supervisor.ts';
import { explainDevnet } from '../explain-devnet.ts';
import { type Acting, introduce, makePerson, passFile, passText, wayInOf } from './people.ts';
import { DrillFailure } from './run-command.ts';

/** One thing that is tried; what it returns is said of it. */
interface Step {
  readonly step: string;
  readonly about: string;
  readonly act: () => Promise<string>;
}

/**
 * A fire drill: a network of its own on this machine, in which everything that a network may have in its middle is
 * switched off, and then people go on. Exit 0 when they all could, 1 at the first thing that did not go.
 */
export async function drill(invocation: InvocationOf<'node drill'>, context: Context): Promise<number> {
  const { output, terminal } = context;
  const dir = invocation.dir ?? (await mkdtemp(join(tmpdir(), 'sotto-drill-')));
  const { startDevnet } = await import('@sotto/devnet');
  const { askEndpoint, initNode, registerNode } = await import('@sotto/app-storage-node');
  const people = join(dir, 'people');
  await mkdir(people, { recursive: true, mode: 0o700 });
  const net = join(dir, 'net');
  const began = performance.now();
  const started = await explainDevnet(
    startDevnet({
      ...{ dir: net, bin: BIN, relay: true, initNode, signal: terminal.signal },
      nodes: invocation.nodes,
      ...(invocation.chain ? { chain: true } : {}),
      chainTools: { ask: askEndpoint, register: registerNode },
      note: () => undefined,
    }),
  );
  if (started.outcome === 'running') {
    output.note(`a devnet runs in ${net} already; end it, or name another folder with --dir`);
    return FAILED;
  }
  const { devnet } = started;
  try {
    const registry = devnet.ready.chain === null ? '' : ', in a registry on a chain';
    const middle = `${devnet.ready.nodes.length} storage nodes${registry}, and a relay`;
    await output.result(
      {
        event: 'drill',
        step: 'network',
        ok: true,
        detail: middle,
      },
      `a network of ${middle}, in ${net}`,
    );
    const acting = { dir: people, signal: terminal.signal };
    const passed = await takeSteps(stepsOf(devnet, net, acting), context);
    const milliseconds = Math.round(performance.now() - began);
    await output.result(
      { event: 'drill', step: 'all', ok: passed, milliseconds },
      passed ? 'The network has no centre: everything went without one.' : 'The drill failed.',
    );
    return passed ? DONE : FAILED;
  } finally {
    await devnet.close();
    if (invocation.dir === undefined) await rm(dir, { recursive: true, force: true });
  }
}

async function takeSteps(steps: readonly Step[], { output }: Context): Promise<boolean> {
  for (const { step, about, act } of steps) {
    const began = performance.now();
    const told = await act().then(
      (detail) => ({ ok: true, detail }),
      (error: unknown) => {
        if (error instanceof DrillFailure) return { ok: false, detail: error.message };
        throw error;
      },
    );
    const milliseconds = Math.round(performance.now() - began);
    const seconds = (milliseconds / 1_000).toFixed(1);
    await output.result(
      { event: 'drill', step, ...told, milliseconds },
      `${told.ok ? 'ok  ' : 'FAIL'}  ${about} (${seconds} s)${told.detail === '' ? '' : `: ${told.detail}`}`,
    );
    if (!told.ok) return false;
  }
  return true;
}

function stepsOf(devnet: Devnet, net: string, acting: Acting): readonly Step[] {
  const { ready } = devnet;
  // A link names the signers whose list is to be taken; a registry has none.
  const wayIn = ready.chain === null ? 'link' : 'text';
  const met = async () => {
    const alice = await makePerson('alice', ready.network, acting);
    const bob = await makePerson('bob', ready.network, acting);
    await introduce(alice, bob, acting);
    return { alice, bob };
  };
  let people: Awaited<ReturnType<typeof met>> | undefined;
  const both = () => {
    if (people === undefined) throw new DrillFailure('nobody is there');
    return people;
  };
  const nothing = async (work: Promise<unknown>) => work.then(() => '');
  return [
    {
      step: 'before',
      about: 'two people come in by the network text and get to know each other',
      act: async () => {
        people = await met();
        return 'by relay and storage nodes';
      },
    },
    {
      step: 'switch-off',
      about: `the relay, ${
        ready.chain === null ? '' : 'the chain, '
      }the storage node that the list names first, and the files of the list are gone`,
      act: () => nothing(switchOff(devnet, net)),
    },
    {
      step: 'text',
      about: 'texts go both ways',
      act: async () => {
        const { alice, bob } = both();
        await passText(alice, bob, acting);
        return nothing(passText(bob, alice, acting));
      },
    },
    {
      step: 'file',
      about: 'files go both ways',
      act: async () => {
        const { alice, bob } = both();
        await passFile(alice, bob, acting);
        return describeSize(await passFile(bob, alice, acting));
      },
    },
    {
      step: 'newcomer',
      about: `somebody new comes in by one contact’s ${wayIn}, and writes to them`,
      act: async () => {
        const { alice } = both();
        const carol = await makePerson('carol', await wayInOf(alice, wayIn, acting), acting);
        return nothing(introduce(carol, alice, acting));
      },
    },
    {
      step: 'newcomer-file',
      about: 'and sends a file',
      act: async () => {
        const { alice } = both();
        const carol = {
          account: '',
          profile: join(acting.dir, 'carol'),
          files: join(acting.dir, 'carol-files'),
        };
        return describeSize(await passFile(carol, alice, acting));
      },
    },
  ];
}

/** Any storage node can be a seed; the one that newcomers of this network would be sent to is gone, too. */
async function switchOff({ ready }: Devnet, net: string): Promise<void> {
  const { controlDevnet } = await import('@sotto/devnet');
  const endpoints = await endpointsOf(ready);
  const targets = ['relay', 'node:1', ...(ready.chain === null ? [] : ['chain'])];
  for (const target of targets) {
    await controlDevnet({ dir: net, action: 'kill', target });
  }
  for (const file of [ready.directory, ready.network, ready.chain]) if (file !== null) await rm(file);
  // Whoever shows that nobody is needed shows first that they are gone.
  const [first] = ready.nodes;
  const places = [ready.relay, first && `https://${first.ip}:${first.https_port}`, ...endpoints];
  for (const place of places) {
    if (place && (await answers(new URL(place))))
      throw new DrillFailure(`${new URL(place).host} still answers`);
  }
}

async function endpointsOf({ chain }: Devnet['ready']): Promise<readonly string[]> {
  if (chain === null) return [];
  const { parseChainSource } = await import('@sotto/directory/chain');
  return parseChainSource(await readFile(chain, 'utf8')).endpoints;
}

/** Whether anybody takes a connection there. */
function answers({ hostname: host, port }: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port) }, () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.setTimeout(CONNECT_MS, () => socket.destroy());
    socket.once('connect', () => socket.destroy());
  });
}

/** Milliseconds. */
const CONNECT_MS = 5_000;

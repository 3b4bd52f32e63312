import type { DirectoryNode } from '../types.ts';
import { type AskEndpoint, type Block, Endpoint, Faulty, type WhyFaulty } from './endpoint.ts';
import { listNodes, type RegisteredNode } from './list-nodes.ts';
import { askPages, askSummary, type RawRegistry, readPages, readSummary } from './registry-views.ts';
import type { ChainSource } from './source.ts';
import { assignSwarms, type RegistrySwarms, swarmsOfRegistry } from './swarms-of-registry.ts';

/** The nodes of a network as its registry had them at one block. */
export interface ChainDirectory extends Block {
  readonly nodes: readonly DirectoryNode[];
  /** Every entry, listed or not, in the contract's order. */
  readonly registered: readonly RegisteredNode[];
  /** What the swarms of `nodes` follow from. */
  readonly formed: RegistrySwarms;
  /** Grows with every change of the above. */
  readonly serial: bigint;
  /** Of votes, at that block. */
  readonly epoch: bigint;
}

/** An endpoint whose answer did not count. */
export interface EndpointFault {
  readonly endpoint: string;
  readonly why: WhyFaulty;
}

export type RegistryReading =
  /** `faults`: those who did not say the same, for a person to look at. */
  | {
      readonly outcome: 'read';
      readonly directory: ChainDirectory;
      readonly faults: readonly EndpointFault[];
    }
  /** Too few said the same. Nothing is known; what was read before still counts. */
  | { readonly outcome: 'no-agreement'; readonly faults: readonly EndpointFault[] };

export interface ReadRequest {
  readonly source: ChainSource;
  readonly ask: AskEndpoint;
  /** What was read last, so that a list that has not changed is not read again, nor its swarms formed from the start. */
  readonly known?: ChainDirectory;
  /** Read all of it although it has not changed. */
  readonly whole?: boolean;
}

/**
 * Read the registry at several endpoints. Only what `agree` of them say counts: first which block, by its hash,
 * then all that the contract says at that block, byte for byte. An endpoint that omits, adds or alters an entry,
 * or that is behind, is one of the `faults`. Never rejects.
 */
export async function readRegistry({ source, ask, known, whole }: ReadRequest): Promise<RegistryReading> {
  const round = new Round(source.endpoints.map((url) => new Endpoint(url, ask)));
  try {
    const block = await agreeOnBlock(round, source);
    const { contract } = source;
    const summaries = await round.each((endpoint) => askSummary(endpoint, contract, block.height));
    const summary = round.agreed(summaries, source.agree, (text) => text, 'other-answer');
    const { serial, epoch } = readSummary(summary);
    if (known !== undefined && known.serial === serial && whole !== true) {
      // What changes an entry without the serial is no matter of the list.
      return round.done({ ...known, ...block, epoch });
    }
    const raw = await round.each((endpoint) =>
      askPages(endpoint, contract, { height: block.height, summary }),
    );
    const pages = readPages(round.agreed(raw, source.agree, textOf, 'other-answer'));
    const formed = swarmsOfRegistry(pages.events, known?.formed);
    const listed = listNodes({
      place: source,
      subnets: source.subnets,
      entries: pages.entries,
      swarms: assignSwarms(formed),
    });
    return round.done({ ...block, ...listed, formed, serial, epoch });
  } catch (error) {
    if (error instanceof NoAgreement) return { outcome: 'no-agreement', faults: round.faults };
    // Enough endpoints say the same, and it is no registry: the address in the source is wrong.
    if (error instanceof Faulty) return { outcome: 'no-agreement', faults: round.all(error.why) };
    throw error;
  }
}

/**
 * The newest block that enough endpoints have: of their heads the lowest of the `agree` highest, so that one that
 * names a height of its own moves nothing, and one that lags does not hold the others back.
 */
async function agreeOnBlock(round: Round, { chainId, finality, agree }: ChainSource): Promise<Block> {
  const heads = await round.each(async (endpoint) => {
    if ((await endpoint.chainId()) !== chainId) throw new Faulty('other-chain');
    const head = await endpoint.block(finality === 'finalized' ? 'finalized' : 'latest');
    if (head === undefined) throw new Faulty('behind');
    return Math.max(0, head.height - (finality === 'finalized' ? 0 : finality.confirmations));
  });
  const height = [...heads.values()].toSorted((left, right) => right - left)[agree - 1];
  if (height === undefined) throw new NoAgreement();
  const blocks = await round.each(async (endpoint) => {
    const block = await endpoint.block(height);
    if (block === undefined) throw new Faulty('behind');
    return block;
  });
  return round.agreed(blocks, agree, ({ height, hash, time }) => `${height} ${hash} ${time}`, 'other-block');
}

class NoAgreement extends Error {
  override readonly name = 'NoAgreement';
}

/** One reading: the endpoints that have said the same so far, and what was wrong with the others. */
class Round {
  readonly #all: readonly Endpoint[];
  #endpoints: readonly Endpoint[];
  readonly #why = new Map<Endpoint, WhyFaulty>();

  constructor(endpoints: readonly Endpoint[]) {
    this.#all = endpoints;
    this.#endpoints = endpoints;
  }

  /** In the order of the endpoints, whoever answered first. */
  get faults(): readonly EndpointFault[] {
    return this.#all.flatMap((endpoint) => {
      const why = this.#why.get(endpoint);
      return why === undefined ? [] : [{ endpoint: endpoint.url, why }];
    });
  }

  /** Ask all that are left at once. */
  async each<Answer>(ask: (endpoint: Endpoint) => Promise<Answer>): Promise<ReadonlyMap<Endpoint, Answer>> {
    const answers = new Map<Endpoint, Answer>();
    await Promise.all(
      this.#endpoints.map(async (endpoint) => {
        try {
          answers.set(endpoint, await ask(endpoint));
        } catch (error) {
          if (!(error instanceof Faulty)) throw error;
          this.#why.set(endpoint, error.why);
        }
      }),
    );
    this.#endpoints = this.#endpoints.filter((endpoint) => answers.has(endpoint));
    return answers;
  }

  /** What at least `agree` answered; goes on with those. More than half agree, so there is one such answer or none. */
  agreed<Answer>(
    answers: ReadonlyMap<Endpoint, Answer>,
    agree: number,
    text: (answer: Answer) => string,
    otherwise: WhyFaulty,
  ): Answer {
    const groups = new Map<string, Endpoint[]>();
    for (const [endpoint, answer] of answers) {
      const group = groups.get(text(answer));
      if (group === undefined) groups.set(text(answer), [endpoint]);
      else group.push(endpoint);
    }
    const same = [...groups.values()].find((group) => group.length >= agree) ?? [];
    for (const endpoint of answers.keys()) if (!same.includes(endpoint)) this.#why.set(endpoint, otherwise);
    this.#endpoints = same;
    const [first] = same;
    const answer = first === undefined ? undefined : answers.get(first);
    if (answer === undefined) throw new NoAgreement();
    return answer;
  }

  done(directory: ChainDirectory): RegistryReading {
    return { outcome: 'read', directory, faults: this.faults };
  }

  all(why: WhyFaulty): readonly EndpointFault[] {
    return this.#all.map((endpoint) => ({ endpoint: endpoint.url, why: this.#why.get(endpoint) ?? why }));
  }
}

function textOf({ summary, nodePages, journalPages }: RawRegistry): string {
  return [summary, ...nodePages, '/', ...journalPages].join(' ');
}

import { z } from 'zod';
import { MAX_REPLY_BYTES, REPLY_TIMEOUT } from './limits.ts';
import type { Hex } from './source.ts';

/** Post a body to a URL and resolve with the answer's; rejects when there is none, or it breaks a limit. */
export type AskEndpoint = (
  url: string,
  body: string,
  limits: { readonly maxReply: number; readonly timeout: number },
) => Promise<string>;

/** Why an endpoint's answer does not count. */
export type WhyFaulty =
  /** No answer, a late one, or one that is too long. */
  | 'unreachable'
  /** Something that is no answer of JSON-RPC, or an error. */
  | 'not-json-rpc'
  /** It serves another chain. */
  | 'other-chain'
  /** It has not seen the block yet that the others agree on. */
  | 'behind'
  /** It has another block at that height: it lies, or was led onto another branch. */
  | 'other-block'
  /** Same block, and another answer about it than enough of the others gave. */
  | 'other-answer'
  /** What it answers is no registry: the contract's address is wrong, or the answer is. */
  | 'no-registry';

/** Ends the questions to one endpoint; never leaves this folder. */
export class Faulty extends Error {
  override readonly name = 'Faulty';
  readonly why: WhyFaulty;

  constructor(why: WhyFaulty) {
    super(why);
    this.why = why;
  }
}

/** An error has no `result`. */
const replySchema = z.object({ result: z.unknown().refine((value) => value !== undefined) });
const hexSchema = z.string().regex(/^0x(?:[0-9a-fA-F]{2})*$/);
const quantitySchema = z.string().regex(/^0x[0-9a-fA-F]{1,13}$/);
const blockSchema = z.object({
  number: quantitySchema,
  hash: z.string().regex(/^0x[0-9a-fA-F]{64}$/),
  timestamp: quantitySchema,
});

export interface Block {
  readonly height: number;
  readonly hash: Hex;
  /** Milliseconds. */
  readonly time: number;
}

/** One JSON-RPC endpoint. Its methods reject with Faulty and nothing else. */
export class Endpoint {
  readonly url: string;
  readonly #ask: AskEndpoint;

  constructor(url: string, ask: AskEndpoint) {
    this.url = url;
    this.#ask = ask;
  }

  async chainId(): Promise<number> {
    return Number(parse(quantitySchema, await this.#call('eth_chainId', [])));
  }

  /** `undefined` for a block that is not there yet. */
  async block(which: number | 'latest' | 'finalized'): Promise<Block | undefined> {
    const name = typeof which === 'number' ? quantity(which) : which;
    const result = await this.#call('eth_getBlockByNumber', [name, false]);
    if (result === null) return undefined;
    const { number, hash, timestamp } = parse(blockSchema, result);
    return { height: Number(number), hash: lower(hash), time: Number(timestamp) * 1000 };
  }

  /** What a view of a contract answers at a height. */
  async read(contract: Hex, data: Hex, height: number): Promise<Hex> {
    return lower(parse(hexSchema, await this.#call('eth_call', [{ to: contract, data }, quantity(height)])));
  }

  async #call(method: string, params: readonly unknown[]): Promise<unknown> {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
    let text: string;
    try {
      text = await this.#ask(this.url, body, { maxReply: MAX_REPLY_BYTES, timeout: REPLY_TIMEOUT });
    } catch {
      throw new Faulty('unreachable');
    }
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw new Faulty('not-json-rpc');
    }
    return parse(replySchema, value).result;
  }
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new Faulty('not-json-rpc');
  return parsed.data;
}

function quantity(value: number): Hex {
  return `0x${value.toString(16)}`;
}

function lower(hex: string): Hex {
  return hex.toLowerCase() as Hex;
}

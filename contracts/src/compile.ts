import { readFileSync } from 'node:fs';
import solc from 'solc';

/** One contract as a chain and its readers need it. */
export interface CompiledContract {
  readonly abi: readonly unknown[];
  /** Creation code, `0x` and hex. */
  readonly code: `0x${string}`;
}

interface SolcOutput {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[];
  readonly contracts?: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly abi: readonly unknown[];
            readonly evm: { readonly bytecode: { readonly object: string } };
          }
        >
      >
    >
  >;
}

/**
 * Compile source files by their content, the same everywhere: no path, no time and no metadata gets into the
 * code, so that whoever compiles again can compare. Throws with the compiler's words, warnings too.
 */
export function compile(
  sources: Readonly<Record<string, string>>,
): Readonly<Record<string, CompiledContract>> {
  const input = {
    language: 'Solidity',
    sources: Object.fromEntries(Object.entries(sources).map(([name, content]) => [name, { content }])),
    settings: {
      // Before PUSH0, which not every chain of today knows.
      evmVersion: 'paris',
      viaIR: true,
      optimizer: { enabled: true, runs: 200 },
      metadata: { bytecodeHash: 'none', appendCBOR: false },
      outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
    },
  };
  const { errors = [], contracts = {} } = JSON.parse(solc.compile(JSON.stringify(input))) as SolcOutput;
  if (errors.length > 0) throw new Error(errors.map((error) => error.formattedMessage).join('\n'));
  return Object.fromEntries(
    Object.values(contracts).flatMap((file) =>
      Object.entries(file).map(([name, { abi, evm }]) => [name, { abi, code: `0x${evm.bytecode.object}` }]),
    ),
  );
}

/** The source files of this folder, by name. */
export function readSources(...names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.map((name) => [name, readFileSync(new URL(`../src/${name}`, import.meta.url), 'utf8')]),
  );
}

import { CliError, DONE, FAILED, tell } from './cli-error.ts';
import { Output } from './output.ts';
import type { Invocation } from './parse/invocation.ts';
import { parseArgv } from './parse/parse-argv.ts';
import type { Context } from './programs/context.ts';
import { type Terminal, write } from './terminal.ts';

/** Run one command line to its end and return the exit code. Never throws. */
export async function runSotto(argv: readonly string[], terminal: Terminal): Promise<number> {
  const parsed = parseArgv(argv, terminal.environment);
  if (parsed.outcome === 'refused') return fail(new Output(terminal, parsed.json), parsed.error);
  const output = new Output(terminal, parsed.outcome === 'run' && parsed.invocation.json);
  try {
    if (parsed.outcome === 'run') return await run(parsed.invocation, { terminal, output });
    await write(terminal.stdout, parsed.text);
    return DONE;
  } catch (error) {
    return fail(output, error);
  }
}

function fail(output: Output, error: unknown): number {
  // Whoever closed the pipe knows; there is nobody to tell.
  if (error instanceof CliError && error.code === 'output-closed') return FAILED;
  output.error(error);
  return tell(error).exitCode;
}

/** Each program is loaded only when it is asked for. */
async function run(invocation: Invocation, context: Context): Promise<number> {
  switch (invocation.command) {
    case 'relay serve':
      return (await import('./programs/relay-serve.ts')).relayServe(invocation, context);
    case 'print config':
      await context.output.result(invocation.settings, JSON.stringify(invocation.settings, null, 2));
      return DONE;
    case 'relay invite':
      return (await import('./programs/relay-invite.ts')).relayInvite(invocation, context);
    case 'relay backup':
      return (await import('./programs/relay-backup.ts')).relayBackup(invocation, context);
    case 'relay restore':
      return (await import('./programs/relay-restore.ts')).relayRestore(invocation, context);
    case 'relay ledger':
      return (await import('./programs/relay-ledger.ts')).relayLedger(invocation, context);
    case 'node init':
      return (await import('./programs/node-init.ts')).nodeInit(invocation, context);
    case 'node serve':
      return (await import('./programs/node-serve.ts')).nodeServe(invocation, context);
    case 'node vote-key':
    case 'node register':
    case 'node move':
    case 'node exit':
    case 'node withdraw':
      return (await import('./programs/node-registry.ts')).nodeRegistry(invocation, context);
    case 'node backup':
      return (await import('./programs/node-backup.ts')).nodeBackup(invocation, context);
    case 'node restore':
      return (await import('./programs/node-restore.ts')).nodeRestore(invocation, context);
    case 'node ledger':
      return (await import('./programs/node-ledger.ts')).nodeLedger(invocation, context);
    case 'node drill':
      return (await import('./programs/drill/drill.ts')).drill(invocation, context);
    case 'registry deploy':
      return (await import('./programs/registry-deploy.ts')).deployRegistry(invocation, context);
    case 'directory init':
      return (await import('./programs/directory/init.ts')).initDirectory(invocation, context);
    case 'directory add':
      return (await import('./programs/directory/edit-nodes.ts')).addNode(invocation, context);
    case 'directory remove':
      return (await import('./programs/directory/edit-nodes.ts')).removeNode(invocation, context);
    case 'directory sign':
      return (await import('./programs/directory/sign.ts')).signDirectory(invocation, context);
    case 'directory fetch':
      return (await import('./programs/directory/fetch.ts')).fetchDirectory(invocation, context);
    case 'directory show':
      return (await import('./programs/directory/show.ts')).showDirectory(invocation, context);
    case 'devnet':
      return (await import('./programs/devnet.ts')).devnet(invocation, context);
    case 'devnet chain':
      return (await import('./programs/devnet-chain.ts')).devnetChain(invocation, context);
    case 'devnet ctl':
      return (await import('./programs/devnet-ctl.ts')).devnetCtl(invocation, context);
    case 'network export':
      return (await import('./programs/network-export.ts')).networkExport(invocation, context);
    case 'daemon':
      return (await import('./programs/daemon.ts')).daemon(invocation, context);
    case 'app':
      return (await import('./programs/app.ts')).app(invocation, context);
    case 'doctor':
      return (await import('./programs/doctor.ts')).doctor(invocation, context);
    case 'account create':
    case 'account restore':
      return (await import('./programs/new-account.ts')).newAccount(invocation, context);
    case 'account network':
      return (await import('./programs/newer-network.ts')).newerNetwork(invocation, context);
    case 'account show':
    case 'account forget-phrase':
    case 'account relay-access':
    case 'account delete':
    case 'send':
    case 'receive':
    case 'attachments save':
    case 'network share':
    case 'contacts list':
    case 'contacts add':
    case 'contacts show':
    case 'contacts accept':
    case 'contacts delete':
    case 'contacts block':
    case 'contacts unblock':
    case 'contacts verify':
    case 'contacts unverify':
    case 'contacts acknowledge':
    case 'contacts name':
    case 'contacts road':
      return (await import('./programs/show-screen.ts')).showScreen(invocation, context);
  }
}

import { Command } from 'commander';
import pc from 'picocolors';
import { programName } from '../program-name.ts';

// `--dir` is the option of `node` itself, which commander takes wherever it stands.
interface Flags {
  readonly dir: string;
  readonly yes?: boolean;
}

/** What a node that has joined does about that; it may be running or not. */
export function nodeLeaveCommand(): Command {
  return new Command('leave')
    .description('leave the network for good: the ids of its agents are free, its key is of no use any more')
    .option('--yes', 'I mean it')
    .action(async (_flags: unknown, command: Command) => {
      const { dir, yes } = command.optsWithGlobals<Flags>();
      if (!yes) {
        throw new Error('This cannot be taken back: agents that live here are gone with it. Say --yes.');
      }
      const { connection, node } = await openMembership(dir);
      const { leave } = await import('../../nodes/network-questions.ts');
      const { askInitial } = await import('../../nodes/ask-initial.ts');
      await connection((initial) => askInitial(initial, leave(), leave().answer));
      process.stdout.write(`${pc.green('The node')} ${node} has left the network for good\n`);
    });
}

export function nodeDrainCommand(): Command {
  return new Command('drain')
    .description('bring all agents of this node to another one; for its owner, signed in, and for admins')
    .requiredOption('--to <node>', 'the id of the other node')
    .action(async (_flags: unknown, command: Command) => {
      const { dir, to } = command.optsWithGlobals<Flags & { readonly to: string }>();
      const { node } = await openMembership(dir);
      const { DrainNodeDocument } = await import('../../client/generated/graphql.ts');
      const { withSession } = await import('../open-client.ts');
      await withSession(async (client) => {
        const { data } = await client.mutate(DrainNodeDocument, { id: node, to });
        process.stdout.write(
          `${pc.green('On their way')} from ${node} to ${to}: ${data.drainNode ?? 0} agents. The node has to run until they have arrived.\n`,
        );
      });
    });
}

export function nodeRotateKeyCommand(): Command {
  return new Command('rotate-key')
    .description('give the node a new key; the old one is good for a day more')
    .action(async (_flags: unknown, command: Command) => {
      const { dir } = command.optsWithGlobals<Flags>();
      const { connection, config, node } = await openMembership(dir);
      if (config.key !== undefined) {
        throw new Error(
          `The key of this node is ${config.key}, which is not ours to write over. Copy it and its .pub to ${dir}/id_ed25519, take "key" out of config.json, and try again.`,
        );
      }
      const { loadKey } = await import('../../nodes/identity.ts');
      const { rotateKey } = await import('../../nodes/rotate-key.ts');
      const key = loadKey(dir, config);
      const next = await connection((initial) => rotateKey(initial, { folder: dir, key, node }));
      process.stdout.write(
        `${pc.green('New key')} ${next.publicKey.fingerprint}\nRestart the node within a day; the old key is id_ed25519.old.\n`,
      );
    });
}

async function openMembership(folder: string) {
  const { hasConfig, loadNodeConfig } = await import('../../nodes/config.ts');
  const { loadMembership } = await import('../../nodes/identity.ts');
  const { visitInitial } = await import('../../nodes/visit-initial.ts');
  const node = hasConfig(folder) ? loadMembership(folder)?.node : undefined;
  if (node === undefined) {
    throw new Error(
      `There is no node in ${folder} that has joined a network: name the folder of one that has by --dir, or join one: ${programName()} node --help`,
    );
  }
  const config = loadNodeConfig(folder, {});
  const connection: <T>(errand: Parameters<typeof visitInitial<T>>[1]) => Promise<T> = (errand) =>
    visitInitial({ folder, config }, errand);
  return { config, node, connection };
}

import { Command, Option } from 'commander';
import pc from 'picocolors';
import { parseSeconds } from '../options.ts';
import { programName } from '../program-name.ts';

const kinds = { trusted: 'TRUSTED', local: 'LOCAL', proxy: 'PROXY' } as const;
type KindName = keyof typeof kinds;

/** As the person of `codecraft login`, who has to be an admin. */
export function nodesCommand(): Command {
  return new Command('nodes')
    .description('the nodes of a network, for its admins')
    .addCommand(listCommand())
    .addCommand(approveCommand())
    .addCommand(revokeCommand())
    .addCommand(tokenCommand());
}

function listCommand(): Command {
  return new Command('list')
    .description('every node, with its fingerprint and the proxy that it is reached through')
    .option('--pending', 'only those that wait for an admin')
    .option('--json', 'as JSON')
    .action(async ({ json, pending }: { readonly json?: boolean; readonly pending?: boolean }) => {
      const { withSession } = await import('../open-client.ts');
      const { readNodes } = await import('../read-nodes.ts');
      const nodes = await withSession((client) => readNodes(client, pending ? 'PENDING' : null));
      if (json) process.stdout.write(`${JSON.stringify(nodes, null, 2)}\n`);
      for (const { id, name, kind, status, fingerprint, proxy } of json ? [] : nodes) {
        // A node that waits has no id yet.
        const called = (status === 'PENDING' ? name : id) ?? id;
        const way = proxy ? `  through ${proxy.id}` : '';
        process.stdout.write(`${called.padEnd(24)} ${kind} ${status}  ${fingerprint}${way}\n`);
      }
    });
}

function approveCommand(): Command {
  return new Command('approve')
    .description('let a node in')
    .argument('<fingerprint>', 'of its key (SHA256:…), as whoever runs the node reads it out to you')
    .action(async (fingerprint: string) => {
      const { ApproveNodeDocument } = await import('../../client/generated/graphql.ts');
      const { withSession } = await import('../open-client.ts');
      await withSession(async (client) => {
        const { data } = await client.mutate(ApproveNodeDocument, { fingerprint });
        const { id, kind } = data.approveNode ?? {};
        process.stdout.write(`${pc.green('Approved')} ${id} (${kind?.toLowerCase()})\n`);
      });
    });
}

function revokeCommand(): Command {
  return new Command('revoke')
    .description('throw a node out, for good')
    .argument('<id>')
    .option('--reason <text>', 'what its owner is told')
    .action(async (id: string, { reason }: { readonly reason?: string }) => {
      const { RevokeNodeDocument } = await import('../../client/generated/graphql.ts');
      const { withSession } = await import('../open-client.ts');
      await withSession((client) => client.mutate(RevokeNodeDocument, { id, reason: reason ?? null }));
      process.stdout.write(`Revoked ${id}\n`);
    });
}

function tokenCommand(): Command {
  return new Command('token')
    .description('make a single-use token with which a node joins without waiting')
    .addOption(
      new Option('--kind <kind>', 'what the node is').choices(Object.keys(kinds)).makeOptionMandatory(),
    )
    .addOption(
      new Option('--seconds <number>', 'how long it is good for').argParser(parseSeconds).default(3_600),
    )
    .option('--dir <folder>', "of the initial node: works beside it, without anybody's session")
    .action(
      async ({
        kind,
        seconds,
        dir,
      }: {
        readonly kind: KindName;
        readonly seconds: number;
        readonly dir?: string;
      }) => {
        const { token, expiresAt } =
          dir === undefined ? await tokenByGraph(kind, seconds) : await tokenByFolder(dir, kind, seconds);
        process.stdout.write(`${token}\n`);
        process.stderr.write(
          `For one ${kind} node, until ${expiresAt}: ${programName()} node --join-token TOKEN …\n`,
        );
      },
    );
}

async function tokenByGraph(kind: KindName, seconds: number) {
  const { CreateJoinTokenDocument } = await import('../../client/generated/graphql.ts');
  const { withSession } = await import('../open-client.ts');
  return withSession(async (client) => {
    const variables = { kind: kinds[kind], expiresInSeconds: seconds };
    const { data } = await client.mutate(CreateJoinTokenDocument, variables);
    if (!data.createJoinToken) throw new Error('Expected a token, got none');
    return data.createJoinToken;
  });
}

async function tokenByFolder(dir: string, type: KindName, seconds: number) {
  const { issueJoinToken } = await import('../../nodes/issue-join-token.ts');
  const { withRegistry } = await import('../with-registry.ts');
  return withRegistry(dir, (db) => issueJoinToken(db, { folder: dir, type, seconds }));
}

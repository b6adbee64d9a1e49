import { Command } from 'commander';

export function sessionsCommand(): Command {
  return new Command('sessions')
    .description('your sessions, on every machine')
    .addCommand(listCommand())
    .addCommand(endCommand());
}

function listCommand(): Command {
  return new Command('list')
    .description('those that have not ended')
    .option('--json', 'as JSON')
    .action(async ({ json }: { readonly json?: boolean }) => {
      const { SessionsDocument } = await import('../../client/generated/graphql.ts');
      const { withSession } = await import('../open-client.ts');
      const sessions = await withSession(async (client) => {
        const { data } = await client.query(SessionsDocument);
        return data.sessions ?? [];
      });
      if (json) process.stdout.write(`${JSON.stringify(sessions, null, 2)}\n`);
      for (const { id, lastSeen, client, current } of json ? [] : sessions) {
        process.stdout.write(`${current ? '*' : ' '} ${id}  last used ${lastSeen}  ${client ?? ''}\n`);
      }
    });
}

function endCommand(): Command {
  return new Command('end')
    .description('end one of them')
    .argument('<id>', 'from codecraft sessions list')
    .action(async (id: string) => {
      const { EndSessionDocument } = await import('../../client/generated/graphql.ts');
      const { withSession } = await import('../open-client.ts');
      await withSession((client) => client.mutate(EndSessionDocument, { id }));
      process.stdout.write(`Ended ${id}\n`);
    });
}

import { Command } from 'commander';

export function whoamiCommand(): Command {
  return new Command('whoami')
    .description('who has signed in with codecraft login, and where')
    .action(async () => {
      const { MeDocument } = await import('../../client/generated/graphql.ts');
      const { withSession } = await import('../open-client.ts');
      await withSession(async (client, { url, expiresAt }) => {
        const { data } = await client.query(MeDocument);
        if (!data.me) throw new Error(`${url} does not know you any more`);
        const { username, role } = data.me;
        process.stdout.write(`${username} (${role?.toLowerCase()}) at ${url}, until ${expiresAt}\n`);
      });
    });
}

import { Command } from 'commander';

export function logoutCommand(): Command {
  return new Command('logout')
    .description('end the session of codecraft login, and forget it')
    .action(async () => {
      const { SignOutDocument } = await import('../../client/generated/graphql.ts');
      const { RequestError } = await import('../../client/request-error.ts');
      const { openClient } = await import('../open-client.ts');
      const { loadSession, removeSession } = await import('../session-file.ts');
      const session = loadSession();
      if (!session) return void process.stdout.write('Nobody was signed in\n');
      const client = openClient(session);
      removeSession();
      try {
        await client.mutate(SignOutDocument);
        process.stdout.write(`Signed out of ${session.url}\n`);
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        // Forgotten here in any case, which is what somebody who leaves this machine wants.
        const isOver = error.code === 'UNAUTHENTICATED';
        process.stdout.write(
          isOver
            ? `Signed out of ${session.url}, where the session had ended already\n`
            : `Forgotten here, but ${session.url} could not be told (${error.message}): the session ends on ${session.expiresAt}\n`,
        );
      } finally {
        client.close();
      }
    });
}

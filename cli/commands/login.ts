import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import pc from 'picocolors';
import { isLoopbackHost } from '../../wire/is-loopback-host.ts';
import { type PasswordFlags, readPassword } from '../read-password.ts';

interface Flags extends PasswordFlags {
  readonly url: string;
  readonly username?: string;
  readonly ca?: string;
  readonly allowPlainHttp?: boolean;
  readonly signUp?: boolean;
}

export function loginCommand(): Command {
  return new Command('login')
    .description('sign in to a network, for the commands that need a person')
    .requiredOption('--url <url>', 'address of the initial node, such as https://play.example:4000')
    .option('--username <name>', 'who you are there')
    .option('--ca <file>', 'a certificate to trust, as codecraft certificate makes it')
    .option('--password <password>', 'seen by everybody who lists processes: for tests and demos')
    .option('--password-stdin', 'read the password from standard input')
    .option('--sign-up', 'become one of its people first, with this name and password')
    .option('--allow-plain-http', 'send the password unencrypted to another machine')
    .action(async ({ url, username, ca: caFile, allowPlainHttp, signUp, ...flags }: Flags) => {
      assertPrivate(url, allowPlainHttp);
      const name = username ?? (await readUsername());
      const password = await readPassword(flags, 'Password: ');
      if (!name || !password)
        throw new Error('Expected a name (--username) and a password (--password-stdin)');
      const { SignInDocument, SignUpDocument } = await import('../../client/generated/graphql.ts');
      const { openClient } = await import('../open-client.ts');
      const { saveSession } = await import('../session-file.ts');
      const trusted = caFile === undefined ? {} : { ca: readFileSync(caFile, 'utf8') };
      const client = openClient({ url, ...trusted });
      try {
        const who = { username: name, password };
        const session = signUp
          ? (await client.mutate(SignUpDocument, who)).data.signUp
          : (await client.mutate(SignInDocument, who)).data.signIn;
        if (!session) throw new Error('Expected a session, got none');
        const { token, expiresAt, user } = session;
        saveSession({ url, username: user.username, token, expiresAt, ...trusted });
        process.stdout.write(`${pc.green('Signed in')} as ${user.username} until ${expiresAt}\n`);
      } finally {
        client.close();
      }
    });
}

function assertPrivate(url: string, allowPlainHttp = false): void {
  const { protocol, hostname } = URL.canParse(url) ? new URL(url) : { protocol: '', hostname: '' };
  if (protocol !== 'https:' && protocol !== 'http:')
    throw new Error(`--url: expected an address such as https://play.example:4000, got ${url}`);
  if (protocol === 'https:' || allowPlainHttp || isLoopbackHost(hostname)) return;
  throw new Error(
    `${url} is plain HTTP to another machine: everybody on the way would see your password. Use https, or --allow-plain-http if you know better.`,
  );
}

async function readUsername(): Promise<string | undefined> {
  if (!process.stdin.isTTY) return undefined;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const name = await terminal.question('Name: ');
  terminal.close();
  return name.trim();
}

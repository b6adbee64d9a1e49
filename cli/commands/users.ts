import { randomBytes } from 'node:crypto';
import { Argument, Command, Option } from 'commander';
import pc from 'picocolors';
import { type Role, roles } from '../../wire/viewer.ts';
import { folderOption } from '../options.ts';
import { programName } from '../program-name.ts';
import { type PasswordFlags, readPassword } from '../read-password.ts';
import { type RegistryDatabase, withRegistry } from '../with-registry.ts';

interface Flags extends PasswordFlags {
  readonly dir: string;
}

/** Works on the folder of the initial node, whether that runs or not. */
export function usersCommand(): Command {
  return new Command('users')
    .description('the people of a network: run on the machine of its initial node')
    .addCommand(addCommand())
    .addCommand(roleCommand())
    .addCommand(passwordCommand())
    .addCommand(disableCommand())
    .addCommand(enableCommand())
    .addCommand(muteCommand())
    .addCommand(unmuteCommand())
    .addCommand(listCommand());
}

function addCommand(): Command {
  return withPassword(new Command('add'))
    .description('add a person; without a password one is made up and shown')
    .argument('<username>')
    .addOption(folderOption())
    .addOption(roleOption('what the person may do').default('player'))
    .action(async (username: string, { dir, role, ...flags }: Flags & { readonly role: string }) => {
      const given = await readPassword(flags, passwordPrompt);
      const password = given ?? randomBytes(12).toString('base64url');
      await withUsers(dir, ({ db, users }) =>
        users.createUser(db, { username, password, role: toRole(role) }),
      );
      process.stdout.write(`${pc.green('Added')} ${username} (${role})\n`);
      if (given === undefined) process.stdout.write(`Password: ${password}\n`);
    });
}

function roleCommand(): Command {
  return new Command('role')
    .description('change what a person may do')
    .argument('<username>')
    .addArgument(new Argument('<role>').choices(roleNames))
    .addOption(folderOption())
    .action(async (username: string, role: string, { dir }: Flags) => {
      await withUsers(dir, ({ db, users }) => users.setRole(db, username, toRole(role)));
      process.stdout.write(`${username} is now a ${role}\n`);
    });
}

function passwordCommand(): Command {
  return withPassword(new Command('password'))
    .description('give a person another password')
    .argument('<username>')
    .addOption(folderOption())
    .action(async (username: string, { dir, ...flags }: Flags) => {
      const given = await readPassword(flags, passwordPrompt);
      const password = given ?? randomBytes(12).toString('base64url');
      await withUsers(dir, ({ db, users }) => users.setPassword(db, username, password));
      process.stdout.write(`${username} has a new password\n`);
      if (given === undefined) process.stdout.write(`Password: ${password}\n`);
    });
}

function disableCommand(): Command {
  return new Command('disable')
    .description('keep a person out: sessions end, agents stop')
    .argument('<username>')
    .addOption(folderOption())
    .option('--reason <text>', 'what the person is told')
    .action(async (username: string, { dir, reason }: Flags & { readonly reason?: string }) => {
      await withRestrictions(dir, (db, to) => to.disableUser(db, { username, reason: reason ?? null }));
      process.stdout.write(`${username} is disabled\n`);
    });
}

function enableCommand(): Command {
  return new Command('enable')
    .description('let a person in again')
    .argument('<username>')
    .addOption(folderOption())
    .action(async (username: string, { dir }: Flags) => {
      await withRestrictions(dir, (db, to) => to.enableUser(db, username));
      process.stdout.write(`${username} is enabled\n`);
    });
}

function muteCommand(): Command {
  return new Command('mute')
    .description('neither the person nor their agents write or say anything')
    .argument('<username>')
    .addOption(folderOption())
    .option('--reason <text>', 'what the person is told')
    .action(async (username: string, { dir, reason }: Flags & { readonly reason?: string }) => {
      await withRestrictions(dir, (db, to) => to.muteUser(db, { username, reason: reason ?? null }));
      process.stdout.write(`${username} is muted\n`);
    });
}

function unmuteCommand(): Command {
  return new Command('unmute')
    .description('let a muted person be heard again')
    .argument('<username>')
    .addOption(folderOption())
    .action(async (username: string, { dir }: Flags) => {
      await withRestrictions(dir, (db, to) => to.unmuteUser(db, username));
      process.stdout.write(`${username} is not muted any more\n`);
    });
}

function listCommand(): Command {
  return new Command('list')
    .description('everybody, with role and date')
    .addOption(folderOption())
    .option('--json', 'as JSON')
    .action(async ({ dir, json }: Flags & { readonly json?: boolean }) => {
      const people = await withUsers(dir, ({ db, users }) => users.listUsers(db));
      if (json) process.stdout.write(`${JSON.stringify(people, null, 2)}\n`);
      else if (people.length === 0)
        process.stdout.write(`Nobody yet: ${programName()} users add NAME --role admin --dir ${dir}\n`);
      for (const { username, role, createdAt, disabledAt, mutedAt } of json ? [] : people) {
        const state = [
          disabledAt === undefined ? '' : ` disabled since ${disabledAt}`,
          mutedAt === undefined ? '' : ` muted since ${mutedAt}`,
        ].join('');
        process.stdout.write(
          `${username.padEnd(24)} ${role.toLowerCase().padEnd(10)} since ${createdAt}${state}\n`,
        );
      }
    });
}

const roleNames = roles.map((role) => role.toLowerCase());

function roleOption(description: string): Option {
  return new Option('--role <role>', description).choices(roleNames);
}

function toRole(name: string): Role {
  return roles[roleNames.indexOf(name)] ?? 'PLAYER';
}

const passwordPrompt = 'Password (empty: one is made up): ';

function withPassword(command: Command): Command {
  return command
    .option('--password <password>', 'seen by everybody who lists processes: for tests and demos')
    .option('--password-stdin', 'read the password from standard input');
}

/** Opens the tables of people of the initial node in `folder` for one action. */
async function withUsers<T>(
  folder: string,
  action: (tools: { readonly db: RegistryDatabase; readonly users: Users }) => Promise<T>,
): Promise<T> {
  const users = await import('../../subgraphs/registry/users.ts');
  return withRegistry(folder, (db) => action({ db, users }));
}

async function withRestrictions(
  folder: string,
  action: (db: RegistryDatabase, restrictions: Restrictions) => Promise<unknown>,
): Promise<void> {
  const restrictions = await import('../../subgraphs/registry/restrict-users.ts');
  await withRegistry(folder, (db) => action(db, restrictions));
}

type Restrictions = typeof import('../../subgraphs/registry/restrict-users.ts');
type Users = typeof import('../../subgraphs/registry/users.ts');

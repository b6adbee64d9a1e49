import { randomBytes } from 'node:crypto';
import { Argument, Command, Option } from 'commander';
import pc from 'picocolors';
import { type Role, roles } from '../../wire/viewer.ts';
import { folderOption } from '../options.ts';
import { programName } from '../program-name.ts';
import { type PasswordFlags, readPassword } from '../read-password.ts';

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
    .addCommand(listCommand());
}

function addCommand(): Command {
  return withPassword(new Command('add'))
    .description('add a person; without a password one is made up and shown')
    .argument('<username>')
    .addOption(folderOption())
    .addOption(roleOption('what the person may do').default('player'))
    .action(async (username: string, { dir, role, ...flags }: Flags & { readonly role: string }) => {
      const given = await readPassword(flags);
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
      const given = await readPassword(flags);
      const password = given ?? randomBytes(12).toString('base64url');
      await withUsers(dir, ({ db, users }) => users.setPassword(db, username, password));
      process.stdout.write(`${username} has a new password\n`);
      if (given === undefined) process.stdout.write(`Password: ${password}\n`);
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
      for (const { username, role, createdAt } of json ? [] : people) {
        process.stdout.write(`${username.padEnd(24)} ${role.toLowerCase().padEnd(10)} since ${createdAt}\n`);
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

function withPassword(command: Command): Command {
  return command
    .option('--password <password>', 'seen by everybody who lists processes: for tests and demos')
    .option('--password-stdin', 'read the password from standard input');
}

/** Opens the tables of people of the initial node in `folder` for one action. */
async function withUsers<T>(folder: string, action: (tools: UserTools) => Promise<T>): Promise<T> {
  const tools = await openUserTools(folder);
  try {
    return await action(tools);
  } finally {
    await tools.close();
  }
}

type UserTools = Awaited<ReturnType<typeof openUserTools>>;

async function openUserTools(folder: string) {
  const { loadInitialConfig, hasConfig } = await import('../../nodes/config.ts');
  if (!hasConfig(folder)) {
    throw new Error(
      `There is no node in ${folder} (no config.json). Name the folder of the initial node, or start one: ${programName()} initial --dir ${folder}`,
    );
  }
  // Only the initial node has people; another one's folder is refused.
  loadInitialConfig(folder, {});
  const users = await import('../../subgraphs/registry/users.ts');
  const { openRegistryTables } = await import('../../nodes/open-tables.ts');
  const tables = await openRegistryTables(folder);
  return { users, db: tables.db, close: () => tables.close() };
}

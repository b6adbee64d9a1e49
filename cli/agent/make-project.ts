import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import pc from 'picocolors';
import { isName } from '../../wire/ids.ts';
import { programName } from '../program-name.ts';

const agents = fileURLToPath(new URL('../../agents', import.meta.url));

/** Makes the folder of a new agent, and says what to do next. Throws when there is an agent in it already, or its name cannot be one. */
export function makeProject(path: string, sample: string): void {
  const folder = resolve(path);
  const name = basename(folder);
  if (!isName(name))
    throw new Error(
      `Expected a folder whose name can be an agent's (a-z, 0-9, ".", "_" and "-"), got ${JSON.stringify(name)}`,
    );
  const program = join(folder, 'agent.ts');
  if (existsSync(program)) throw new Error(`There is an agent in ${folder} already: ${program}`);
  const places = join(folder, 'entities', 'location');
  mkdirSync(places, { recursive: true });
  copyFileSync(join(agents, 'samples', `${sample}.ts`), program);
  copyFileSync(join(agents, 'api', 'agent.d.ts'), join(folder, 'agent.d.ts'));
  copyFileSync(join(agents, 'samples', 'tsconfig.project.json'), join(folder, 'tsconfig.json'));
  writeFileSync(join(places, 'town-square.json'), '{ "name": "Town square" }\n');
  writeFileSync(join(folder, '.gitignore'), '.sandbox/\n');
  const codecraft = programName();
  process.stdout.write(
    [
      `${pc.green('An agent')} begins in ${path}: its program is ${join(path, 'agent.ts')}, what it can use is explained in ${join(path, 'agent.d.ts')}.`,
      'Next:',
      `  ${codecraft} sandbox ${path}                 try it on this machine`,
      `  ${codecraft} login --url URL --sign-up       become one of a network's people`,
      `  ${codecraft} deploy ${path}                  have it live there`,
      '',
    ].join('\n'),
  );
}

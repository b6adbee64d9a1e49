import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Supergraph } from '@apollo/federation-internals';
import { printSchema } from 'graphql';
import writeFileAtomic from 'write-file-atomic';
import { readSdl } from '../../schema/read-sdl.ts';
import { checkShapes } from './check-shapes.ts';
import { composeShapes } from './compose-shapes.ts';

/**
 * `tsx gateway/compose/write-api-schema.ts [--check]`: checks the shapes, composes them and writes the schema that clients see, from which the
 * typed client is generated. With `--check` nothing is written, and a stale file is a failure.
 */
const file = fileURLToPath(new URL('../../schema/generated/api.graphql', import.meta.url));
const shapes = (['registry', 'world', 'traffic'] as const).map((name) => ({ name, sdl: readSdl(name) }));

const problems = checkShapes(shapes);
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else await writeOrCompare(apiSchema(), process.argv.includes('--check'));

function apiSchema(): string {
  const { supergraphSdl } = composeShapes(shapes);
  const api = Supergraph.build(supergraphSdl).apiSchema().toGraphQLJSSchema();
  return `# Made by gateway/compose/write-api-schema.ts from the shapes in schema/.\n\n${printSchema(api)}\n`;
}

async function writeOrCompare(text: string, isCheck: boolean): Promise<void> {
  if (!isCheck) return writeFileAtomic(file, text);
  if (readIfThere() === text) return;
  console.error('schema/generated/api.graphql does not fit the shapes; run npm run codegen');
  process.exitCode = 1;
}

function readIfThere(): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

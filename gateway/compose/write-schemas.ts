import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Supergraph } from '@apollo/federation-internals';
import { printSchema } from 'graphql';
import writeFileAtomic from 'write-file-atomic';
import { publishedSdl } from '../../schema/read-sdl.ts';
import { checkShapes } from './check-shapes.ts';
import { keptFile, printComposition } from './kept-composition.ts';

/**
 * `tsx gateway/compose/write-schemas.ts [--check]`: checks the shapes, composes them and writes what comes of it: the supergraph with which an initial node
 * starts, and the schema that clients see, from which the typed client is generated. With `--check` nothing is written, and a stale file is a failure.
 */
const apiFile = fileURLToPath(new URL('../../schema/generated/api.graphql', import.meta.url));
const shapes = (['registry', 'world', 'traffic'] as const).map((name) => ({
  name,
  sdl: publishedSdl(name),
}));

const problems = checkShapes(shapes);
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else {
  const isCheck = process.argv.includes('--check');
  const supergraph = printComposition(shapes);
  await writeOrCompare(keptFile, supergraph, isCheck);
  await writeOrCompare(apiFile, apiSchema(supergraph), isCheck);
}

function apiSchema(supergraph: string): string {
  const api = Supergraph.build(supergraph).apiSchema().toGraphQLJSSchema();
  return `# Made by gateway/compose/write-schemas.ts of the shapes in schema/.\n\n${printSchema(api)}\n`;
}

async function writeOrCompare(file: string, text: string, isCheck: boolean): Promise<void> {
  if (!isCheck) return writeFileAtomic(file, text);
  if (readIfThere(file) === text) return;
  console.error(`schema/generated/${basename(file)} does not fit the shapes; run npm run codegen`);
  process.exitCode = 1;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

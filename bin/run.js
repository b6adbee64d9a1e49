#!/usr/bin/env node
// node bin/run.js FILE [ARGUMENTS]: a TypeScript file of this project, as `node FILE [ARGUMENTS]` runs a JavaScript one.
import { resolve } from 'node:path';
import { runSource } from './run-source.js';

process.argv.splice(1, 1);
await runSource(resolve(process.argv[1] ?? ''));

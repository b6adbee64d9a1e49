#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { runSource } from './run-source.js';

await runSource(fileURLToPath(new URL('../cli/main.ts', import.meta.url)));

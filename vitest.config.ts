import { defineConfig } from 'vitest/config';

export default defineConfig({
  // graphql has an ESM and a CommonJS build side by side, which refuse each other's schemas; Apollo's packages take the CommonJS one.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // Two cores: more workers only slow each other down, and process tests need the room.
    maxWorkers: 2,
    pool: 'forks',
    // Apollo's packages take seconds to load; no test changes a module, so that files may share them.
    isolate: false,
  },
});

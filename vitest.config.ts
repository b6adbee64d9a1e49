import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // Two cores: more workers only slow each other down, and process tests need the room.
    maxWorkers: 2,
    pool: 'forks',
  },
});

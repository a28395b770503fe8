import { defineConfig } from 'vitest/config';

// Many tests wait for other programs: on two processors vitest by itself would run one file at a time.
export default defineConfig({
  test: { include: ['test/**/*.test.ts'], testTimeout: 30_000, hookTimeout: 60_000, maxWorkers: 3 },
});

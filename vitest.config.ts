import { defineConfig } from 'vitest/config';

// Many tests wait for other programs: on two processors vitest by itself would run one file at a time. The times are
// for what hangs: no test that works needs a tenth of them, and a machine that is ten times as slow for a while is no
// reason to fail.
export default defineConfig({
  test: { include: ['test/**/*.test.ts'], testTimeout: 300_000, hookTimeout: 300_000, maxWorkers: 3 },
});

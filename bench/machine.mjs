import { spawnSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { root } from './programs.mjs';

export function machineNow() {
  const list = cpus();
  return {
    cpu: list[0].model.trim(),
    cores: list.length,
    memoryGb: Math.round(totalmem() / 1e9),
    system: `${type()} ${release().split('-')[0]}`,
    load: loadavg()[0].toFixed(2),
  };
}

/** The commit under test; says so when files differ from it. */
export function commitNow() {
  const git = (...words) => spawnSync('git', words, { cwd: root, encoding: 'utf8' });
  const head = git('rev-parse', '--short=12', 'HEAD');
  if (head.status !== 0) return 'an unknown commit';
  const changed = git('status', '--porcelain', '--', 'src', 'package.json').stdout.trim() !== '';
  return `${head.stdout.trim()}${changed ? ' with changes' : ''}`;
}

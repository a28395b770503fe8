// Loaded before the program by bytecode.mjs: when the program ends, the bytecode of its files is written beside them,
// where no run before has done so.
import { existsSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { fileURLToPath } from 'node:url';
import v8 from 'node:v8';
import vm from 'node:vm';

const scripts = new Map();

vm.Script = class extends vm.Script {
  constructor(text, options) {
    super(text, options);
    scripts.set(fileURLToPath(options.filename), this);
  }
};
// Bytecode is taken by a V8 of the same flags, and a start has those of the command line when it loads its files.
const setFlags = v8.setFlagsFromString;
v8.setFlagsFromString = () => {};
syncBuiltinESMExports();
// What was not called for a while is not forgotten: each build keeps the same.
setFlags('--no-flush-bytecode');

process.on('exit', () => {
  setFlags('--flush-bytecode');
  setFlags('--hash-seed=0');
  process.umask(0o022);
  for (const [file, script] of scripts) {
    const bytecode = `${file}.bytecode`;
    if (!existsSync(bytecode)) writeFileSync(bytecode, script.createCachedData());
  }
});

// Loaded before the program by bytecode.mjs: when the program ends, the bytecode of its files is written beside them,
// where no run before has done so, with the seal that src/compiled.ts asks for.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { dirname, join } from 'node:path';
import v8 from 'node:v8';
import vm from 'node:vm';
import { crc32 } from 'node:zlib';

const { version, platform, arch, execPath } = process;
const node = `${version} ${platform} ${arch} ${statSync(execPath).size}`;
const dist = dirname(process.argv[1]);
const scripts = new Map();

vm.Script = class extends vm.Script {
  constructor(text, options) {
    super(text, options);
    scripts.set(join(dist, options.filename.replace(/^dicomtap:/, '')), this);
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
    if (!existsSync(`${file}.bytecode`)) writeFileSync(`${file}.bytecode`, sealed(file, script.createCachedData()));
  }
});

function sealed(file, bytecode) {
  const seal = Buffer.alloc(4);
  seal.writeUInt32LE(crc32(bytecode, crc32(readFileSync(file), crc32(node))));
  return Buffer.concat([bytecode, seal]);
}

// Preloaded into dicomtap by the guard (`node --import`): tells of each script that V8 compiled anew.
import { syncBuiltinESMExports } from 'node:module';
import vm from 'node:vm';

vm.Script = class extends vm.Script {
  constructor(text, options) {
    super(text, options);
    if (this.cachedDataRejected !== false)
      process.stderr.write(`not taken: ${options.filename.replace(/^dicomtap:/, '')}\n`);
  }
};
syncBuiltinESMExports();

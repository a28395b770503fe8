import { createRequire } from 'node:module';
import { type CapModule, PackageCapture } from './package-capture.ts';

// A process of its own: the package aborts its process when the interface goes down. Words: interface, snap length,
// MiB, filter.
const [name, snapLength, bufferMiB, filter] = process.argv.slice(2);
const cap = createRequire(import.meta.url)('cap') as CapModule;

process.stdout.on('error', () => process.exit(0));
try {
  const capture = new PackageCapture(cap, (bytes) => process.stdout.write(bytes));
  process.on('SIGINT', () => {
    capture.flush();
    process.stdout.write('', () => process.exit(0));
  });
  capture.open(name, Number(snapLength), Number(bufferMiB), filter);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`, () => process.exit(1));
}

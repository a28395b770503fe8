import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Severity } from '../../src/model/records.ts';
import { unknownReason } from '../../src/policy/learn/text.ts';
import { runWords } from '../commands/run.ts';
import type { Frame } from '../support/capture.ts';
import { jsonLines, type ReplayDocument } from '../support/program.ts';
import { noon } from './day.ts';
import { captureFile } from './wire.ts';

/** A line of `findings --json`, as much of it as is looked at. */
export interface Found {
  readonly severity: Severity;
  readonly detection: string;
  readonly client: { readonly address: string };
  readonly server: { readonly address: string };
  readonly partial: boolean;
}

/** The program's commands, run on captures in a folder of its own; all that it says is kept. */
export class Judging {
  readonly folder = mkdtempSync(join(tmpdir(), 'dicomtap-hospital-'));
  /** What replays wrote, by name. */
  readonly documents: Record<string, ReplayDocument> = {};
  /** Everything that was written to standard output and error. */
  said = '';

  /** The policy learnt from these packets, with the reasons filled in that only a person knows. */
  async learn(frames: readonly Frame[]): Promise<string> {
    const text = await this.run('learn', this.capture('learnt.pcap', frames));
    return text.replaceAll(`reason: ${unknownReason}`, 'reason: the devices cannot speak TLS yet');
  }

  /** What is found in these packets under a policy. */
  async find(name: string, frames: readonly Frame[], policy: string): Promise<Found[]> {
    const [database, file] = [join(this.folder, `${name}.db`), join(this.folder, `${name}.yaml`)];
    writeFileSync(file, policy);
    writeFileSync(join(this.folder, 'hash.key'), '11'.repeat(32), { mode: 0o600 });
    const key = ['--hash-key', join(this.folder, 'hash.key')];
    const document = await this.run(
      'replay',
      this.capture(`${name}.pcap`, frames),
      '--policy',
      file,
      '--db',
      database,
      '--json',
      ...key,
    );
    this.documents[name] = JSON.parse(document) as ReplayDocument;
    return jsonLines(await this.run('findings', '--json', '--limit', '100000', '--db', database)) as unknown as Found[];
  }

  async run(...words: string[]): Promise<string> {
    const { status, stdout, stderr } = await runWords(words);
    this.said += stdout + stderr;
    if (status !== 0) throw new Error(`${words[0]} ended with ${status}: ${stderr}`);
    return stdout;
  }

  /** Files that it left behind, by how their names begin, but the captures. */
  left(begin: RegExp): { name: string; bytes: Uint8Array }[] {
    return readdirSync(this.folder)
      .filter((name) => begin.test(name) && !name.endsWith('.pcap'))
      .map((name) => ({ name, bytes: readFileSync(join(this.folder, name)) }));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private capture(name: string, frames: readonly Frame[]): string {
    writeFileSync(join(this.folder, name), captureFile(frames));
    return join(this.folder, name);
  }
}

/** Packets before noon and from noon on. */
export function halves(frames: readonly Frame[]): [Frame[], Frame[]] {
  const cut = frames.findIndex(({ seconds }) => seconds * 1e6 >= noon);
  return [frames.slice(0, cut), frames.slice(cut)];
}

/** One line for each kind of finding between two hosts, however often: for lists that a person can read. */
export function lines(findings: readonly Found[]): string[] {
  const all = findings.map(
    ({ severity, detection, client, server }) => `${severity} ${detection} ${client.address} > ${server.address}`,
  );
  return [...new Set(all)].sort();
}

/** The same of what deserves attention. */
export function aboveInfo(findings: readonly Found[]): string[] {
  return lines(findings.filter(({ severity }) => severity !== 'info'));
}

// Proves that nothing is lost uncounted: what an interface received is what the sensor used and what it lost, by place,
// in its status, its capture and its health records.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InterfaceStatus } from '../../../src/model/live-status.ts';
import type { Losses } from '../../../src/model/records.ts';
import { until } from '../../support/live.ts';
import { LiveProgram, type LogLine } from '../../support/live-program.ts';
import { cable, Host, networksFound } from '../../support/network.ts';
import { Program } from '../../support/program.ts';
import { root } from '../../support/source-tree.ts';

if (networksFound)
  describe('under load', () => {
    let program: Program;
    let player: Host;
    let sensor: Host;

    beforeEach(() => {
      program = new Program();
      player = new Host();
      sensor = new Host();
      cable(player, 'out', sensor, 'tap');
    });

    afterEach(() => {
      player.remove();
      sensor.remove();
      program.remove();
    });

    function begun(ringMiB: number): LiveProgram {
      return new LiveProgram(sensor, program.folder, ['-i', 'tap'], `capture: { ring_mib: ${ringMiB} }\n`);
    }

    /** A benchmark's capture. */
    function made(kind: string, size: number): string {
      const file = program.at('played.pcap');
      execFileSync(process.execPath, [join(root, 'bench/make-input.mjs'), kind, file, `${size}`]);
      return file;
    }

    /** Packets sent. */
    function play(file: string, mbps: number): number {
      const said = player.run('tcpreplay', '-q', '-K', '-i', 'out', `--mbps=${mbps}`, file);
      return Number(/Actual: (\d+) packets/.exec(said)?.[1]);
    }

    /** Until every packet that was sent is used or known to be lost. */
    async function settled(live: LiveProgram, sent: number): Promise<void> {
      let known = 0;
      while (known < sent) {
        const { packets, drops } = interfaceOf(await live.statistics());
        known = packets + (drops['kernel'] ?? 0) + (drops['helper'] ?? 0);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      expect(known).toBe(sent);
    }

    /** Everything that counts packets says the same; how many were lost. */
    function balanced(end: LogLine, sent: number): number {
      const { packets, received, drops } = interfaceOf(end);
      const lost = total(drops);
      expect({ received, sum: packets + lost }).toEqual({ received: sent, sum: sent });
      const losses = end['losses'] as Losses;
      expect([end['packets'], losses['not-captured']?.packets ?? 0]).toEqual([packets, lost]);
      const captures = program.rows<{ packets: number; losses: string }>('a.db', 'SELECT packets, losses FROM capture');
      expect(captures).toHaveLength(1);
      const recorded = (JSON.parse(captures[0].losses) as Losses)['not-captured']?.packets ?? 0;
      expect([captures[0].packets, recorded]).toEqual([packets, lost]);
      const healths = program.rows<{ packets: number; received: number; drops: string }>(
        'a.db',
        'SELECT packets, received, drops FROM health WHERE interface IS NULL ORDER BY id',
      );
      const sum = (of: (one: (typeof healths)[number]) => number) => healths.reduce((all, one) => all + of(one), 0);
      expect([
        sum((one) => one.packets),
        sum((one) => one.received),
        sum((one) => total(JSON.parse(one.drops) as Record<string, number>)),
      ]).toEqual([packets, sent, lost]);
      return lost;
    }

    it.each([
      ['bulk', 10],
      ['background', 500],
    ])('%s at a rate that a busy machine can do: all of it, to the packet', async (kind, size) => {
      const live = begun(64);
      await live.began();
      const sent = play(made(kind, size), 50);
      await settled(live, sent);
      const end = await live.stop();
      expect(live.ended).toBe(0);
      expect(balanced(end, sent)).toBe(0);
    });

    it('what a ring could not hold while its reader stood still is counted in every place', async () => {
      const file = made('bulk', 20);
      const live = begun(2);
      await live.began();
      const { capture } = live.helpers;
      process.kill(capture, 'SIGSTOP');
      const sent = play(file, 400);
      process.kill(capture, 'SIGCONT');
      await settled(live, sent);
      const end = await live.stop();
      expect(balanced(end, sent)).toBeGreaterThan(0);
      const healths = () => program.rows<{ state: string; why: string }>('a.db', 'SELECT state, why FROM health');
      // A start that took long is one of its own.
      await until(() => healths().some(({ state }) => state === 'degraded'), 'a health record');
      expect(healths()).toContainEqual({
        state: 'degraded',
        why: expect.stringContaining('packets were lost (kernel)'),
      });
    });
  });

function interfaceOf(line: LogLine): InterfaceStatus {
  return (line['interfaces'] as InterfaceStatus[])[0];
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

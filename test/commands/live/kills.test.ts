// Proves that a sensor whose process, capture process or engine is killed under traffic (B12, B42) is back, and that of
// what a reader had seen committed nothing is lost and nothing is there twice.
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dcmtkFound } from '../../support/dcmtk.ts';
import { ctObject, Hospital } from '../../support/hospital.ts';
import { until } from '../../support/live.ts';
import { LiveProgram, runs } from '../../support/live-program.ts';
import { networksFound } from '../../support/network.ts';
import { Program } from '../../support/program.ts';

/** `npm run kills` has more. */
const kills = Number(process.env['DICOMTAP_LIVE_KILLS'] ?? 2);
const kept = ['connection', 'association', 'operation', 'finding'] as const;

if (networksFound && dcmtkFound)
  describe('under traffic of DCMTK', () => {
    let program: Program;
    let hospital: Hospital;
    let object: string;
    let talking = true;
    let traffic: Promise<void>;

    beforeEach(async () => {
      program = new Program();
      hospital = new Hospital();
      object = ctObject(program.folder);
      hospital.serve();
      await until(() => stored(), 'the archive');
      talking = true;
      traffic = talk();
    });

    afterEach(async () => {
      talking = false;
      await traffic;
      hospital.remove();
      program.remove();
    });

    function stored(): boolean {
      try {
        hospital.store(object);
        return true;
      } catch {
        return false;
      }
    }

    /** One sender after the other. */
    async function talk(): Promise<void> {
      while (talking) {
        const child = hospital.modality.start(
          'storescu',
          '-aet',
          'CT01',
          '-aec',
          'ARCHIVE',
          '10.9.0.2',
          '11112',
          object,
        );
        await new Promise((resolve) => child.on('exit', resolve));
      }
    }

    function begun(): LiveProgram {
      const live = new LiveProgram(hospital.sensor, program.folder, ['-i', 'eth0']);
      hospital.keep(live.child);
      return live;
    }

    const ids = (database: Sqlite.Database): Set<string> => {
      const rows = kept.flatMap((table) => database.prepare(`SELECT '${table} ' || id FROM ${table}`).pluck().all());
      return new Set(rows as string[]);
    };

    it(
      `kill -9 of the sensor, ${kills} times`,
      async () => {
        const path = program.at('a.db');
        let seen = new Set<string>();
        let slowest = 0;
        for (let n = 0; n < kills; n++) {
          const live = begun();
          const began = Date.now();
          await live.began();
          slowest = Math.max(slowest, Date.now() - began);
          const { capture, engine } = live.helpers;
          const reader = new Sqlite(path, { readonly: true });
          const before = seen.size;
          // What a reader sees is committed, and acknowledged by that.
          await until(() => {
            for (const id of ids(reader)) seen.add(id);
            return seen.size > before + 8;
          }, 'records');
          await new Promise((resolve) => setTimeout(resolve, (n * 37) % 250));
          for (const id of ids(reader)) seen.add(id);
          live.child.kill('SIGKILL');
          await until(() => live.ended !== null, 'the end of the sensor');
          reader.close();
          const after = new Sqlite(path, { readonly: true });
          const there = ids(after);
          expect([...seen].filter((id) => !there.has(id))).toEqual([]);
          expect(after.pragma('integrity_check', { simple: true })).toBe('ok');
          const twice = 'SELECT record_id FROM log GROUP BY record_id, revision HAVING count(*) > 1';
          expect(after.prepare(twice).all()).toEqual([]);
          for (const table of kept) {
            const again = `SELECT id FROM ${table} GROUP BY id HAVING count(*) > 1`;
            expect(after.prepare(again).all()).toEqual([]);
          }
          after.close();
          seen = there;
          // Nobody is left behind who captures.
          await until(() => !runs(capture) && !runs(engine), 'the end of what captured');
        }
        // Five seconds, on a machine that does other things too.
        expect(slowest).toBeLessThan(15_000);
        const last = begun();
        await last.began();
        await last.stop();
        expect(last.ended).toBe(0);
        expect(program.rows('a.db', 'SELECT DISTINCT ending FROM run ORDER BY ending')).toHaveLength(2);
      },
      300_000 + kills * 20_000,
    );

    it('kill -9 of the engine and of the capture process: captured again within five seconds, and marked', async () => {
      const live = begun();
      await live.began();
      for (const [times, which] of [
        [2, 'engine'],
        [3, 'capture'],
      ] as const) {
        const count = () => program.rows<{ n: number }>('a.db', 'SELECT count(*) n FROM finding')[0].n;
        const first = count();
        await until(() => count() > first, 'a finding before it');
        process.kill(live.helpers[which], 'SIGKILL');
        await live.began(times);
        const ended = live.said('capture ended').at(-1);
        const gone = Number(live.said('capture began').at(-1)?.['time']) - Number(ended?.['time']);
        expect(ended?.['why']).toContain('SIGKILL');
        expect(gone).toBeLessThan(10_000);
        const before = count();
        await until(() => count() > before, 'a finding after it');
      }
      talking = false;
      await traffic;
      await live.stop();
      const captures = program.rows<{ error: string | null }>('a.db', 'SELECT error FROM capture ORDER BY first_time');
      expect(captures.map(({ error }) => error)).toEqual([
        expect.stringContaining('tcpdump was ended by SIGKILL'),
        expect.stringContaining('the capture process was ended by SIGKILL'),
        null,
      ]);
      const gaps = program.rows('a.db', "SELECT state, why FROM health WHERE interface = 'eth0'");
      expect(gaps).toHaveLength(2);
      expect(gaps[0]).toMatchObject({ state: 'blind', why: expect.stringContaining('SIGKILL') });
    });
  });

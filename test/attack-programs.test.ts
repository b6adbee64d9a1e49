import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { limits } from '../schema/limits.ts';
import { type AttackArena, openAttackArena } from './support/attack-arena.ts';
import { attackPrograms } from './support/attack-programs.ts';
import { worstOfThree } from './support/watch-health.ts';

let arena: AttackArena;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'codecraft-attack-'));
  arena = await openAttackArena(folder);
});

afterAll(async () => {
  await arena.close();
  rmSync(folder, { recursive: true });
});

/** A module and a handler may have used it all. */
const limitMs = 2 * limits.agentInputMs;
const stopMs = 300;
const healthMs = 100;

describe('a program that attacks is stopped in time, and nobody else notices:', () => {
  test.for(attackPrograms)('$name', async (program, { annotate }) => {
    const attack = await arena.attack(program);
    expect(program.ends === 'EITHER' ? 'EITHER' : attack.result.kind).toBe(program.ends ?? 'FAILED');
    expect(attack.result.cpuMs).toBeLessThan(limitMs + stopMs);
    expect(attack.wallMs).toBeLessThan(
      (limitMs + limits.agentGraceMs) * limits.agentStarvationFactor + stopMs,
    );
    expect(attack.answered).toBe(attack.sent);
    expect(attack.stallMs).toBeLessThan(healthMs);
    await annotate(`/health took ${Math.ceil(Math.max(...attack.healthMs))} ms at the worst`);
    expect(worstOfThree(attack.healthMs)).toBeLessThan(healthMs);
    expect(JSON.stringify(attack.result)).not.toContain(arena.canary);
    expect(arena.inspect()).toEqual({ file: arena.canary, visits: 0, replaced: 0 });
  });
});

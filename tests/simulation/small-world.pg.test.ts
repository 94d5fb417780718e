import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, type World } from '../support/sync-client.ts';
import { runSmallWorld } from './small-world.ts';

/** `SEEDS=500 SEED=1000 vitest run small-world` looks further, from seed 1000 on. */
const first = Number(process.env.SEED ?? 1);
const count = Number(process.env.SEEDS ?? 12);

describe('I1, I2, I5: three devices at random', () => {
  let world: World;
  let conflicts = 0;
  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(async () => {
    await world.close();
    // A world without conflicts would prove nothing.
    expect(conflicts).toBeGreaterThan(0);
  });

  it.each(Array.from({ length: count }, (_, index) => first + index))(
    'seed %i converges and loses nothing unlogged',
    async (seed) => {
      const report = await runSmallWorld(world, seed);
      conflicts += report.conflicts;
      expect(report.violations).toEqual([]);
    },
    60_000,
  );
});

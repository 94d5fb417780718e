export { DEMO_EMPLOYEES, DEMO_MANAGER, type DemoPerson } from './demo-people.ts';
export { type PublicApi, publicApi } from './public-api.ts';
export { createSeededRandom, type SeededRandom } from './seeded-random.ts';
export { seedDemo } from './seed-demo.ts';

// The one door from here to the demo business of the service.
export { DEMO_EMPLOYEES, DEMO_MANAGER, type DemoPerson } from '../../server/src/demo/demo-people.ts';
export { type PublicApi, publicApi } from '../../server/src/demo/public-api.ts';
export { seedDemo } from '../../server/src/demo/seed-demo.ts';

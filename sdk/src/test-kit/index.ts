// `@backhaul/sdk/testing`: a service in memory, for tests of apps.
export type { LineFault, LineOptions, LineRequest, TestLine } from './line.ts';
export type { TestMessage } from './memory/memory-tenant.ts';
export type { TestMember, TestPerson } from './people.ts';
export type { Someone } from './someone.ts';
export {
  createTestServer,
  type SeenRequest,
  type TestRecord,
  type TestServer,
  type TestServerOptions,
} from './test-server.ts';

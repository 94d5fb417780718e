export { createTestApp, headersOf, type SignedIn, type TestApp, type TestAppOptions } from './test-app.ts';

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../testing/index.ts';

let service: TestApp;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backhaul-web-'));
  const webDir = join(folder, 'dist');
  await mkdir(join(webDir, 'assets'), { recursive: true });
  await writeFile(join(webDir, 'index.html'), '<!doctype html><title>App</title>');
  await writeFile(join(webDir, 'sw.js'), 'self.x = 1;');
  await writeFile(join(webDir, 'assets', 'app-1a2b.js'), `/* ${'x'.repeat(5000)} */`);
  await writeFile(join(folder, 'secret.txt'), 'secret');
  service = await createTestApp({ config: { webDir } });
});
afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true });
});

const get = (url: string, headers = {}) => service.app.inject({ url, headers });

test('the app answers at its files and at every path of its own', async () => {
  for (const url of ['/', '/index.html', '/tasks/today?x=1', '/devices']) {
    const response = await get(url);
    expect(response.statusCode, url).toBe(200);
    expect(response.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(response.headers['cache-control']).toBe('no-cache');
    expect(response.body).toContain('<title>App</title>');
  }
});

test('files named by their content are kept for ever, compressed on the way', async () => {
  const response = await get('/assets/app-1a2b.js', { 'accept-encoding': 'br' });
  expect(response.statusCode).toBe(200);
  expect(response.headers['cache-control']).toContain('immutable');
  expect(response.headers['content-encoding']).toBe('br');
  expect((await get('/sw.js')).headers['cache-control']).toBe('no-cache');
});

test('paths of programs and files that are missing are a JSON 404', async () => {
  for (const url of ['/v1/nowhere', '/v1', '/dev/nowhere', '/assets/old-9z.js', '/favicon.ico']) {
    const response = await get(url);
    expect(response.statusCode, url).toBe(404);
    expect(response.json()).toMatchObject({ error: { code: 'NOT_FOUND' } });
  }
});

test('nothing outside the folder can be read', async () => {
  for (const url of [
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/%5c..%5csecret.txt',
  ]) {
    expect((await get(url)).body, url).not.toBe('secret');
  }
});

test('the service is still described and healthy', async () => {
  expect((await get('/health')).json()).toMatchObject({ status: 'ok' });
  expect((await get('/openapi.json')).statusCode).toBe(200);
});

import { access, readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { ApiError } from './api-error.ts';

/** Paths that belong to programs: what is unknown there is a JSON 404, never the web app. */
const PROGRAMS = /^\/(?:v1|dev|i|jobs\/run)(?:\/|$)/;

/**
 * Serves the built web app at every path that nothing else answers, its entry page where the path names no file (the
 * app routes by itself). Answers `false` when nothing was built.
 */
export async function registerWebApp(app: FastifyInstance, webDir: string): Promise<boolean> {
  const files = await listFiles(webDir);
  if (!files.has('index.html')) return false;
  // The files of a build do not change while it is served, so a request never makes up a path of its own.
  await app.register(fastifyStatic, { root: webDir, serve: false, cacheControl: false });
  app.get(
    '/*',
    { config: { access: { who: 'anyone', enforcedBy: 'hook' } }, schema: { hide: true } },
    async (request, reply) => {
      const path = decodeURI(new URL(request.url, 'http://service').pathname);
      const name = path.slice(1);
      if (PROGRAMS.test(path)) throw new ApiError('NOT_FOUND');
      if (!files.has(name) && /\.\w+$/.test(name)) throw new ApiError('NOT_FOUND');
      const file = files.has(name) ? name : 'index.html';
      // Names under assets/ carry a hash of their content.
      const hashed = file.startsWith('assets/');
      reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      return reply.sendFile(file);
    },
  );
  return true;
}

async function listFiles(folder: string): Promise<ReadonlySet<string>> {
  try {
    await access(folder);
  } catch {
    return new Set();
  }
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return new Set(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/')),
  );
}

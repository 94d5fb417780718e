import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const SERVICE = 'http://127.0.0.1:3000';

export default defineConfig({
  plugins: [react()],
  // Dexie's build for current browsers instead of its ES5 one.
  resolve: { alias: [{ find: /^dexie$/, replacement: 'dexie/dist/modern/dexie.mjs' }] },
  build: {
    target: 'es2023',
    // One file of libraries, a quarter of this when compressed, that is fetched once.
    chunkSizeWarningLimit: 800,
    rolldownOptions: {
      output: {
        // Libraries change less often than the app, and their file stays in the browser's cache.
        codeSplitting: { groups: [{ name: 'libraries', test: /node_modules/ }] },
      },
    },
  },
  // `pnpm --filter @backhaul/web dev` beside a running service.
  server: { proxy: { '/v1': SERVICE, '/dev': SERVICE } },
});

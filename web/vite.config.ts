import { defineConfig } from 'vite';

// The server finds the entry through the manifest; names carry a hash, so files are cached for good.
export default defineConfig({
  base: './',
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    manifest: 'manifest.json',
    modulePreload: { polyfill: false },
    // MapLibre is one lazy chunk of about 1 MB; the budget is in the tests.
    chunkSizeWarningLimit: 1500,
    rolldownOptions: { input: 'src/main.ts' },
  },
});

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const SAMPLE_ACTOR = here('../../assets/sample-actor.webm');

/** Puts the sample actor's clip at the fixed address where the SDK looks for it. */
function sampleActor(): Plugin {
  return {
    name: 'sample-actor',
    generateBundle() {
      if (!existsSync(SAMPLE_ACTOR)) {
        this.warn(`${SAMPLE_ACTOR} is missing: "use the sample actor" will not work.`);
        return;
      }
      this.emitFile({
        type: 'asset',
        fileName: 'sample-actor.webm',
        source: readFileSync(SAMPLE_ACTOR),
      });
    },
  };
}

/**
 * The web app (index.html) and the SDK as one importable module (sdk/understudy.js).
 * Nothing is inlined, so that the page runs under a Content-Security-Policy without exceptions.
 */
export default defineConfig({
  root: here('./app'),
  base: '/',
  publicDir: false,
  plugins: [sampleActor()],
  build: {
    outDir: here('../../build/web'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      preserveEntrySignatures: 'strict',
      input: { app: here('./app/index.html'), sdk: here('./sdk/index.ts') },
      output: {
        entryFileNames: ({ name }) =>
          name === 'sdk' ? 'sdk/understudy.js' : 'assets/[name]-[hash].js',
      },
    },
  },
});

import { registerHooks } from 'node:module';

// Run as a process of its own, in which the optional package looks as if it were not installed:
// prints what codecs it finds.
registerHooks({
  resolve(specifier, context, next) {
    if (!specifier.startsWith('node-av')) return next(specifier, context);
    const error = new Error(`Cannot find package '${specifier}'`);
    throw Object.assign(error, { code: 'ERR_MODULE_NOT_FOUND' });
  },
});

const { openCodecs } = await import('../../../src/pipeline/decode/codecs.io.ts');
const { backend, nativeAbsence } = await openCodecs({ prefer: 'auto' });
const demanded = await openCodecs({ prefer: 'native' }).catch((error) => ({
  code: error.code,
  message: error.message,
}));
console.log(JSON.stringify({ automatic: { backend, nativeAbsence }, demanded }));

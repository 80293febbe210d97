import { openCodecs } from '../../../src/pipeline/decode/codecs.io.ts';

// Run as a process of its own: prints what codecs it finds.
const { backend, nativeAbsence } = await openCodecs({ prefer: 'auto' });
const demanded = await openCodecs({ prefer: 'native' }).catch((error) => ({
  code: error.code,
  message: error.message,
}));
console.log(JSON.stringify({ automatic: { backend, nativeAbsence }, demanded }));

import { registerHooks } from 'node:module';

// Preloaded into a process: makes it look as if the optional package had not been installed.
registerHooks({
  resolve(specifier, context, next) {
    if (!specifier.startsWith('node-av')) return next(specifier, context);
    const error = new Error(`Cannot find package '${specifier}'`);
    throw Object.assign(error, { code: 'ERR_MODULE_NOT_FOUND' });
  },
});

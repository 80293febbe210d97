import { z } from 'zod';

/**
 * Must be imported before any schema is made: zod otherwise compiles parsers with `new Function`,
 * which a page under a strict Content-Security-Policy may not do and would report as a violation.
 */
z.config({ jitless: true });

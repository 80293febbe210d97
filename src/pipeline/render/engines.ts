import { UnderstudyError } from '../../errors.ts';
import type { Engine } from './engine.ts';
import { warpEngine } from './warp/warp-engine.ts';

/** Every way to draw an identity, by the name that `--engine` takes. */
const ENGINES: Readonly<Record<string, Engine>> = Object.freeze({
  [warpEngine.name]: warpEngine as Engine,
});

export const ENGINE_NAMES: readonly string[] = Object.keys(ENGINES);

/** @throws UnderstudyError `unknown_engine`. */
export function findEngine(name: string): Engine {
  const engine = Object.hasOwn(ENGINES, name) ? ENGINES[name] : undefined;
  if (engine) return engine;
  throw new UnderstudyError(
    'unknown_engine',
    `There is no engine "${name}". Valid engines: ${ENGINE_NAMES.join(', ')}.`,
    { value: name, valid: ENGINE_NAMES },
  );
}

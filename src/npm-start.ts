/**
 * Whether `npm start` of this very package is what started a process: npm is its parent then, the shell between them having
 * given its place up (see `start` in package.json), and waits for it. Any other parent may leave before its child on
 * purpose, as `nohup`, `setsid` and service managers do.
 * @param packageFile path of this package's package.json.
 */
export function isNpmStart(
  env: Readonly<Record<string, string | undefined>>,
  packageFile: string,
): boolean {
  return env.npm_lifecycle_event === 'start' && env.npm_package_json === packageFile;
}

/**
 * Why the runtime could not do something: the innermost error's own words, without the place in its
 * source that they were said at. `/src/context.cc:136 ns::Class::Function(args) condition was false. No
 * adapters` → `No adapters`.
 */
export function runtimeWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause !== undefined) return runtimeWords(error.cause);
  const line = error.message.split('\n').find((each) => each.trim() !== '') ?? '';
  const said =
    /\bwas false\. (.*)$/.exec(line)?.[1] ??
    line.replace(/^(?:\S+\.(?:cc|cpp|h):\d+|Ort\w+:) /, '');
  return said.trim().replace(/\.$/, '') || 'it did not say why';
}

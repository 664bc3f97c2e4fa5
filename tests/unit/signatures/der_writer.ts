/**
 * Writes DER for tests.
 *
 * @module
 */

/** One element: its tag, the shortest length, its contents. */
export function tlv(
  tag: number,
  ...contents: readonly (Uint8Array | readonly number[])[]
): Uint8Array {
  const body = contents.flatMap((part) => [...part]);
  return Uint8Array.from([tag, ...lengthOf(body.length), ...body]);
}

function lengthOf(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const digits: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
  return [0x80 | digits.length, ...digits];
}

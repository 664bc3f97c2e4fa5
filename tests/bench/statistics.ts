/**
 * Summary numbers of many runs.
 *
 * @module
 */

/** The middle of values, or the mean of the two in the middle. @throws {RangeError} Without values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [below, above] = [sorted[sorted.length - 1 - middle], sorted[middle]];
  if (below === undefined || above === undefined) throw new RangeError("median of no values");
  return (below + above) / 2;
}

/** How far values lie apart, as a share of their median: 0.2 says that the noise is 20 %. */
export function spread(values: readonly number[]): number {
  return (Math.max(...values) - Math.min(...values)) / median(values);
}

/* Values → pixels, round numbers for the ticks of axes, and values between two rows of a table. */

import { formatTick } from "./words.js";

/** @import { Numbers, Range, Scale, Tick } from "./types.js" */

/** Row `position` of a table with `size` numbers a row; between two rows, their mixture.
 *
 * @type {<T extends number[] | Float32Array>(table: Numbers, size: number, position: number,
 *   out: T) => T}
 */
export function rowAt(table, size, position, out) {
  const row = Math.floor(position);
  const part = position - row;
  const here = row * size;
  const next = part > 0 ? here + size : here;
  for (let i = 0; i < size; i += 1) {
    out[i] = table[here + i] + part * (table[next + i] - table[here + i]);
  }
  return out;
}

/** @type {(value: number, low: number, high: number) => number} */
export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** A map from the numbers from..to to the pixels start..end.
 *
 * @type {(ends: Range, pixels: Range) => Scale}
 */
export function linearScale([from, to], [start, end]) {
  const factor = (end - start) / (to - from || 1);
  return (value) => start + (value - from) * factor;
}

/** Round numbers in low..high: as many as fit into `count`, at least three.
 *
 * @type {(range: Range, count: number) => number[]}
 */
export function linearTicks([low, high], count) {
  const most = Math.max(3, Math.floor(count));
  const power = 10 ** Math.floor(Math.log10((high - low) / most));
  /** @type {(step: number) => number} */
  const first = (step) => Math.ceil(low / step - 1e-9);
  /** @type {(step: number) => number} */
  const last = (step) => Math.floor(high / step + 1e-9);
  const steps = [1, 2, 5, 10, 20, 50].map((size) => size * power);
  const step = steps.find((size) => last(size) - first(size) < most) ?? 50 * power;
  return Array.from({ length: last(step) - first(step) + 1 }, (_, i) => (first(step) + i) * step);
}

/** Powers of ten in low..high; 1, 2, 5 within a decade where there are fewer than two powers.
 *
 * @type {(range: Range, count: number) => number[]}
 */
function logTicks([low, high], count) {
  /** @type {(values: number[]) => number[]} */
  const inside = (values) => values.filter((v) => v >= low * 0.999 && v <= high * 1.001);
  const first = Math.floor(Math.log10(low));
  const last = Math.ceil(Math.log10(high));
  const exponents = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const powers = inside(exponents.map((e) => 10 ** e));
  if (powers.length < 2) return inside(exponents.flatMap((e) => [1, 2, 5].map((m) => m * 10 ** e)));
  const every = Math.ceil(powers.length / count);
  return powers.filter((_, i) => i % every === 0);
}

/** Each value with its words.
 *
 * @type {(values: number[]) => Tick[]}
 */
export const worded = (values) => values.map((value) => [value, formatTick(value)]);

/** @type {(range: Range, count: number) => Tick[]} */
export const lossTicks = (range, count) => worded(logTicks(range, count));

/** @type {(range: Range, pixels: Range) => Scale} */
export function logScale([low, high], pixels) {
  const scale = linearScale([Math.log10(low), Math.log10(high)], pixels);
  return (value) => scale(Math.log10(Math.max(value, low)));
}

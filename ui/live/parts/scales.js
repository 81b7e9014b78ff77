/* Values → pixels, round numbers for the ticks of axes, and values between two rows of a table. */

import { formatTick } from "./words.js";

/** Row `position` of a table with `size` numbers a row; between two rows, their mixture. */
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

export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** A map from the numbers from..to to the pixels start..end. */
export function linearScale([from, to], [start, end]) {
  const factor = (end - start) / (to - from || 1);
  return (value) => start + (value - from) * factor;
}

/** Round numbers in low..high: as many as fit into `count`, at least three. */
export function linearTicks([low, high], count) {
  const most = Math.max(3, Math.floor(count));
  const power = 10 ** Math.floor(Math.log10((high - low) / most));
  const first = (step) => Math.ceil(low / step - 1e-9);
  const last = (step) => Math.floor(high / step + 1e-9);
  const steps = [1, 2, 5, 10, 20, 50].map((size) => size * power);
  const step = steps.find((size) => last(size) - first(size) < most);
  return Array.from({ length: last(step) - first(step) + 1 }, (_, i) => (first(step) + i) * step);
}

/** Powers of ten in low..high; 1, 2, 5 within a decade where there are fewer than two powers. */
function logTicks([low, high], count) {
  const inside = (values) => values.filter((v) => v >= low * 0.999 && v <= high * 1.001);
  const first = Math.floor(Math.log10(low));
  const last = Math.ceil(Math.log10(high));
  const exponents = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const powers = inside(exponents.map((e) => 10 ** e));
  if (powers.length < 2) return inside(exponents.flatMap((e) => [1, 2, 5].map((m) => m * 10 ** e)));
  const every = Math.ceil(powers.length / count);
  return powers.filter((_, i) => i % every === 0);
}

export const lossTicks = (range, count) =>
  logTicks(range, count).map((value) => [value, formatTick(value)]);

export function logScale([low, high], pixels) {
  const scale = linearScale([Math.log10(low), Math.log10(high)], pixels);
  return (value) => scale(Math.log10(Math.max(value, low)));
}

/* Axes of a task: { name, unit, low, high, step }, as pads, dials and sweeps show them. */

import { clamp, linearTicks } from "./scales.js";
import { formatTick } from "./words.js";

/** The nearest step of an axis, without the rounding noise of floating point. */
export function snapped(value, { low, high, step }) {
  const inside = clamp(value, low, high);
  return Number(clamp(low + Math.round((inside - low) / step) * step, low, high).toFixed(6));
}

export const padTicks = ({ low, high }, most) =>
  linearTicks([low, high], most).map((value) => [value, formatTick(value)]);

export const axisTitle = ({ name, unit }) => (unit ? `${name} (${unit})` : name);

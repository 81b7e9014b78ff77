/* Axes of a task: { name, unit, low, high, step }, as pads, dials and sweeps show them. */

import { clamp, linearTicks, worded } from "./scales.js";

/** @import { TaskAxis, Tick } from "./types.js" */

/** The nearest step of an axis, without the rounding noise of floating point.
 *
 * @type {(value: number, axis: Pick<TaskAxis, "low" | "high" | "step">) => number}
 */
export function snapped(value, { low, high, step }) {
  const inside = clamp(value, low, high);
  return Number(clamp(low + Math.round((inside - low) / step) * step, low, high).toFixed(6));
}

/** @type {(axis: Pick<TaskAxis, "low" | "high">, most: number) => Tick[]} */
export const padTicks = ({ low, high }, most) => worded(linearTicks([low, high], most));

/** @type {(axis: Pick<TaskAxis, "name" | "unit">) => string} */
export const axisTitle = ({ name, unit }) => (unit ? `${name} (${unit})` : name);

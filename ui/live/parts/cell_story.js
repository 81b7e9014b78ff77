/* What one weight does: the hidden unit that it belongs to, and its way along the description.
 *
 * The home page's loom and the inner-loop player tell the same of a marked cell.
 * The styles are in cell_story.css.
 */

import { hiddenUnits, writeWeights } from "../model/network.js";
import { axisTitle, padTicks } from "./axis.js";
import { drawAxes, legendLine, plotArea, polyline, svg, textWidth } from "./drawing.js";
import { linearScale, linearTicks, worded } from "./scales.js";

/** @import { Heads, Model, Weights } from "../model/types.js" */
/** @import { Cell, Point, Range, Sweep, TaskAxis, Theme, Unit } from "./types.js" */
/** @typedef {{ tensor: number, i: number }} SweptCell */
/**
 * @typedef {{
 *   layout: (width: number, theme: Theme) => void, draw: (sweep: Sweep | null) => void,
 * }} SweepChart
 */

const SWEEP_POINTS = 41;
const SWEEP_REM = 7.5;

// ---------------------------------------------------------------- its hidden unit

/** The hidden unit that a cell belongs to: the one it feeds, or reads in the last layer.
 *
 * @type {(model: Model, cell: Cell) => Unit | null}
 */
export function unitOf({ target: { widths } }, { tensor, row }) {
  const layer = Math.floor(tensor / 2) + 1;
  if (layer < widths.length - 1) return { layer, unit: row, reads: false };
  return tensor % 2 ? null : { layer: layer - 1, unit: row, reads: true };
}

/** @type {(unit: Pick<Unit, "layer" | "unit">) => string} */
export const unitName = ({ layer, unit }) => `hidden unit ${unit} of layer ${layer}`;

/** @type {(model: Model, cell: Cell) => string} */
export function unitWords(model, cell) {
  const unit = unitOf(model, cell);
  if (!unit) return "it shifts the whole curve.";
  return `it ${unit.reads ? "reads" : "feeds"} ${unitName(unit)}.`;
}

/** One hidden unit over the grid.
 *
 * @type {(model: Model, weights: Weights, grid: Float32Array, unit: Unit) => Float32Array}
 */
export function unitOver(model, weights, grid, { layer, unit }) {
  const width = model.target.widths[layer];
  const values = hiddenUnits(model, weights, grid, grid.length, layer);
  return grid.map((_, i) => values[i * width + unit]);
}

/** Lines at the end of a legend that stand there only while they have words; returns what gives
 *  one of them its words, or takes it away.
 *
 * @type {(list: Element, names: string[]) => (name: string, words: string | null | undefined) =>
 *   void}
 */
export function passingLegend(list, names) {
  /** @type {Record<string, HTMLElement>} */
  const lines = {};
  names.forEach((name) => {
    svg(legendLine(list, ""), "path", { class: name, d: "M0 7H30" });
    lines[name] = /** @type {HTMLElement} */ (list.lastElementChild);
    lines[name].hidden = true;
  });
  return (name, words) => {
    const line = lines[name];
    line.hidden = !words;
    const span = line.querySelector("span");
    if (words && span) span.textContent = words;
  };
}

// ---------------------------------------------------------------- its way along the description

/** The entry of the task that moved more since `before`, or `otherwise` where none did.
 *
 * @type {(before: number[], now: number[], entries: TaskAxis[], otherwise: number) => number}
 */
export function movedMore(before, now, entries, otherwise) {
  const [first, second] = entries.map(({ low, high }, i) =>
    Math.abs(now[i] - before[i]) / (high - low));
  if (first === second) return otherwise;
  return first > second ? 0 : 1;
}

/** A weight as it is written at even places along the varied entry, as [place, value].
 *
 * @type {(model: Model, entries: TaskAxis[], values: number[], varied: number,
 *   place: SweptCell) => Point[]}
 */
export function sweepCell(model, entries, values, varied, { tensor, i }) {
  const { low, high } = entries[varied];
  const one = onlyCell(model, tensor, i);
  return Array.from({ length: SWEEP_POINTS }, (_, k) => {
    const place = low + ((high - low) * k) / (SWEEP_POINTS - 1);
    return [place, writeWeights(one, values.with(varied, place), null)[0][0]];
  });
}

/** The same hypernetwork with one row of one head: it writes one weight, at a tenth of the cost.
 *
 * @type {(model: Model, tensor: number, i: number) => Model}
 */
function onlyCell(model, tensor, i) {
  const generator = /** @type {{ kind: "full" } & Heads} */ (model.generator);
  const { weight, bias } = generator.heads[tensor];
  const width = weight.length / bias.length;
  const row = weight.subarray(i * width, (i + 1) * width);
  const heads = [{ weight: row, bias: bias.subarray(i, i + 1) }];
  return { ...model, generator: { ...generator, heads } };
}

/** The small chart of one weight along one entry.
 *
 *   draw({ entry, points, marks, weightRange } | null)
 *   marks         [class, place, value] of each mark on it
 *   weightRange   how large weights are
 *
 * @type {(chart: SVGSVGElement) => SweepChart}
 */
export function openSweep(chart) {
  /** @type {Theme | null} */
  let theme = null;
  /** @type {Point} */
  let size = [0, 0];
  return {
    layout(width, given) {
      theme = given;
      size = [width, SWEEP_REM * given.rem];
      chart.style.height = `${size[1]}px`;
      chart.setAttribute("viewBox", `0 0 ${size.join(" ")}`);
    },
    draw(sweep) {
      chart.replaceChildren();
      if (sweep && theme) drawSweep(chart, theme, size, sweep);
    },
  };
}

/** @type {(chart: SVGSVGElement, theme: Theme, size: Point, sweep: Sweep) => void} */
function drawSweep(chart, theme, [width, height], { entry, points, marks, weightRange }) {
  const { rem } = theme;
  const values = [...points.map(([, value]) => value), ...marks.map(([, , value]) => value)];
  const range = sweepRange(values, weightRange);
  const yTicks = worded(linearTicks(range, 3));
  const left = 0.6 + Math.max(...yTicks.map(([, text]) => textWidth(text, theme))) / rem;
  const area = plotArea(width, height, rem, { left, right: 0.5, top: 0.5, bottom: 2.3 });
  const x = linearScale([entry.low, entry.high], [area.left, area.right]);
  const y = linearScale(range, [area.bottom, area.top]);
  const [from, to] = entry.training.map(x);
  const frame = { x: from, y: area.top, width: to - from, height: area.bottom - area.top };
  svg(chart, "rect", { class: "training", ...frame });
  const xTicks = padTicks(entry, width / (3 * rem));
  drawAxes(chart, area, { x, y, xTicks, yTicks, xName: axisTitle(entry), yName: "" });
  const path = polyline(points.map(([place]) => x(place)), points.map(([, value]) => y(value)));
  svg(chart, "path", { class: "current", d: path });
  marks.forEach(([name, place, value]) =>
    svg(chart, "circle", { class: name, cx: x(place), cy: y(value), r: 0.35 * rem }));
}

/** Both ends of the numbers, never so close that a still weight's noise would fill the chart.
 *
 * @type {(numbers: number[], weightRange: number) => Range}
 */
function sweepRange(numbers, weightRange) {
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const spare = Math.max(0.1 * (high - low), 0.05 * weightRange);
  return [low - spare, high + spare];
}

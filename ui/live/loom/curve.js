/* The loom's right side: the true wave, what the written weights draw, the pinned curve, and the
 * hidden unit of the marked cell. */

import { passingLegend, unitName, unitOf, unitOver } from "../parts/cell_story.js";
import { readable } from "../parts/colours.js";
import { drawAxes, legendLine, plotArea, polyline, svg, textWidth } from "../parts/drawing.js";
import { pinnedWords } from "../parts/pins.js";
import { clamp, linearScale, linearTicks, worded } from "../parts/scales.js";

/** @import { Area, Scale, Theme } from "../parts/types.js" */
/** @import { Loom, LoomData, WovenPicture } from "./types.js" */
/** @typedef {{ x: Scale, y: Scale, area: Area }} Scales */
/** @typedef {Record<string, SVGPathElement>} Lines */

/** @type {(loom: Loom) => WovenPicture} */
export function openCurve(loom) {
  const { page, data } = loom;
  const legend = loomLegend(page.legend);
  /** @type {Lines} */
  let lines = {};
  /** @type {Scales | null} */
  let scales = null;
  return {
    layout() {
      scales = layoutCurve(page.chart, data, loom.theme);
      lines = curveLines(page.chart, scales.area);
      page.loom.style.setProperty("--ink", readable(data.colour, loom.theme));
    },
    draw(model, now) {
      if (!scales) return;
      const { x, y } = scales;
      const xs = loom.grid.map(x);
      /** @type {(name: string, ys: Float32Array | null | undefined) => void} */
      const put = (name, ys) => lines[name].setAttribute("d", ys ? polyline(xs, ys.map(y)) : "");
      const { pinned } = loom;
      const unit = loom.cell && unitOf(model, loom.cell);
      put("truth", now.truth);
      put("current", now.prediction);
      put("pinned", pinned?.prediction);
      put("unit", unit && unitOver(model, now.weights, loom.grid, unit));
      legend("pinned", pinned && pinnedWords(pinned.values[0], pinned.values[1]));
      legend("unit", unit && unitName(unit));
    },
  };
}

/** The legend; the pinned curve and the hidden unit have a line of it only while they are drawn.
 *
 * @type {(list: Element) => (name: string, words: string | null | undefined) => void}
 */
function loomLegend(list) {
  /** @type {(words: string, name: string) => SVGPathElement} */
  const line = (words, name) => svg(legendLine(list, words), "path", { class: name, d: "M0 7H30" });
  line("true wave", "truth");
  line("generated network", "current");
  return passingLegend(list, ["pinned", "unit"]);
}

/** @type {(chart: SVGSVGElement, data: LoomData, theme: Theme) => Scales} */
function layoutCurve(chart, { xRange, yRange }, theme) {
  const { rem } = theme;
  const width = chart.clientWidth;
  const height = clamp(0.85 * width, 14 * rem, 20 * rem);
  const yTicks = worded(linearTicks(yRange, 6));
  const left = 0.5 + Math.max(...yTicks.map(([, text]) => textWidth(text, theme))) / rem;
  const area = plotArea(width, height, rem, { left, right: 0.4, top: 1.4, bottom: 2.4 });
  const x = linearScale(xRange, [area.left, area.right]);
  const y = linearScale(yRange, [area.bottom, area.top]);
  const xTicks = worded(linearTicks(xRange, 6));
  chart.replaceChildren();
  chart.setAttribute("viewBox", `0 0 ${width} ${height}`);
  chart.style.height = `${height}px`;
  drawAxes(chart, area, { x, y, xTicks, yTicks, xName: "x", yName: "y" });
  return { x, y, area };
}

/** Empty paths, cut off at the borders of the plot.
 *
 * @type {(chart: SVGSVGElement, area: Area) => Lines}
 */
function curveLines(chart, { left, right, top, bottom }) {
  const [width, height] = [right - left, bottom - top];
  const place = { x: left, y: top, width, height, viewBox: `${left} ${top} ${width} ${height}` };
  const plot = svg(chart, "svg", { class: "plot", ...place });
  /** @type {(name: string) => [string, SVGPathElement]} */
  const path = (name) => [name, svg(plot, "path", { class: name, "data-role": name })];
  return Object.fromEntries(["truth", "unit", "pinned", "current"].map(path));
}

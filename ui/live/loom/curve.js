/* The loom's right side: the true wave, what the written weights draw, the pinned curve, and the
 * hidden unit of the marked cell. */

import { passingLegend, unitName, unitOf, unitOver } from "../parts/cell_story.js";
import { readable } from "../parts/colours.js";
import { drawAxes, legendLine, plotArea, polyline, svg, textWidth } from "../parts/drawing.js";
import { pinnedWords } from "../parts/pins.js";
import { clamp, linearScale, linearTicks } from "../parts/scales.js";
import { formatTick } from "../parts/words.js";

export function openCurve(loom) {
  const { page, data } = loom;
  const legend = loomLegend(page.legend);
  let lines = null;
  let scales = null;
  return {
    layout() {
      scales = layoutCurve(page.chart, data, loom.theme);
      lines = curveLines(page.chart, scales.area);
      page.loom.style.setProperty("--ink", readable(data.colour, loom.theme));
    },
    draw() {
      const xs = loom.grid.map(scales.x);
      const path = (ys) => polyline(xs, ys.map(scales.y));
      const put = (name, ys) => lines[name].setAttribute("d", ys ? path(ys) : "");
      const unit = loom.cell && unitOf(loom.model, loom.cell);
      put("truth", loom.now.truth);
      put("current", loom.now.prediction);
      put("pinned", loom.pinned?.prediction);
      put("unit", unit && unitOver(loom.model, loom.now.weights, loom.grid, unit));
      legend("pinned", loom.pinned && pinnedWords(...loom.pinned.values));
      legend("unit", unit && unitName(unit));
    },
  };
}

/** The legend; the pinned curve and the hidden unit have a line of it only while they are drawn. */
function loomLegend(list) {
  const line = (words, name) => svg(legendLine(list, words), "path", { class: name, d: "M0 7H30" });
  line("true wave", "truth");
  line("generated network", "current");
  return passingLegend(list, ["pinned", "unit"]);
}

function layoutCurve(chart, { xRange, yRange }, theme) {
  const { rem } = theme;
  const width = chart.clientWidth;
  const height = clamp(0.85 * width, 14 * rem, 20 * rem);
  const yTicks = linearTicks(yRange, 6).map((value) => [value, formatTick(value)]);
  const left = 0.5 + Math.max(...yTicks.map(([, text]) => textWidth(text, theme))) / rem;
  const area = plotArea(width, height, rem, { left, right: 0.4, top: 1.4, bottom: 2.4 });
  const x = linearScale(xRange, [area.left, area.right]);
  const y = linearScale(yRange, [area.bottom, area.top]);
  const xTicks = linearTicks(xRange, 6).map((value) => [value, formatTick(value)]);
  chart.replaceChildren();
  chart.setAttribute("viewBox", `0 0 ${width} ${height}`);
  chart.style.height = `${height}px`;
  drawAxes(chart, area, { x, y, xTicks, yTicks, xName: "x", yName: "y" });
  return { x, y, area };
}

/** Empty paths, cut off at the borders of the plot. */
function curveLines(chart, { left, right, top, bottom }) {
  const [width, height] = [right - left, bottom - top];
  const place = { x: left, y: top, width, height, viewBox: `${left} ${top} ${width} ${height}` };
  const plot = svg(chart, "svg", { class: "plot", ...place });
  const path = (name) => [name, svg(plot, "path", { class: name, "data-role": name })];
  return Object.fromEntries(["truth", "unit", "pinned", "current"].map(path));
}

/* Panels with curves: the truth and the points, as far as they are known, and the prediction before
 * and after the steps.
 *
 *   data    grid, gridX64            number of grid points; their x
 *           truth64 | null           the true curve there, where somebody knows it
 *           points, supportX64, supportY64
 *           queries, queryX64, queryY64   held-out points
 *           allowed | null   which waves may be, to draw those that fit (allowed.js)
 *   fit     curves64 (kept × grid)
 */

import { lossOf, predict } from "../model/network.js";
import { decodeFloats } from "../parts/bytes.js";
import { legendLine, polyline, svg } from "../parts/drawing.js";
import { clamp, linearScale, rowAt } from "../parts/scales.js";
import { formatFixed, formatNumber } from "../parts/words.js";
import { openAllowed } from "./allowed.js";
import { clipped, isWide } from "./charts.js";
import { around, crowdedRadius, moveCross, openPlaces, placeProbe } from "./places.js";

/** @import { Model, Weights } from "../model/types.js" */
/** @import { Numbers, Theme } from "../parts/types.js" */
/** @import { CurveFit, CurveFitData, CurveFitPart, CurvePanel, CurvesData } from "./types.js" */
/** @import { CurvesPart, CurvesView, Followed, Mark, Page, PanelContent } from "./types.js" */
/** @import { Allowed, Place } from "./types.js" */

/** The most that a panel is high, in rem, with the losses in sight and without. */
const [LOW, HIGH] = [12, 15];
const CURVE_HINT = "Point at a panel to read its curve.";

/** @type {(data: CurvesData) => CurvesPart} */
export function readCurves({ grid, gridX64, truth64, points, queries, allowed, ...places }) {
  const supportX = decodeFloats(places.supportX64, points, "support x");
  const supportY = decodeFloats(places.supportY64, points, "support y");
  return {
    gridX: decodeFloats(gridX64, grid, "grid x"),
    truth: truth64 ? decodeFloats(truth64, grid, "truth y") : null,
    points: Array.from(supportX, (x, i) => [x, supportY[i]]),
    query: {
      x: decodeFloats(places.queryX64, queries, "query x"),
      y: decodeFloats(places.queryY64, queries, "query y"),
    },
    allowed,
    ways: 0,
  };
}

/** @type {(fit: CurveFitData, data: CurvesData) => CurveFitPart} */
export function readCurveFit({ label, kept, curves64, queryLoss64 }, { grid, judged }) {
  const name = judged ? "query MSE" : "support MSE";
  const queryLoss = decodeFloats(queryLoss64, kept, `query loss of ${label}`);
  return {
    curves: decodeFloats(curves64, kept * grid, `curves of ${label}`),
    score: { name, values: queryLoss, format: (value) => formatNumber(value) },
  };
}

/**
 * @type {(page: Page, view: CurvesView, theme: Theme, panels: CurvePanel[]) =>
 *   PanelContent<CurvePanel>}
 */
export function openCurves(page, view, theme, panels) {
  /** @type {Mark} */
  const mark = { panel: null, x: 0, y: 0 };
  curveLegend(page.key, view);
  const allowed = openAllowed(page.key, view);
  return {
    tickSpace: [3, 1.8],
    probes: panels.map((panel) => placeProbe(panel, view, mark, page.reading)),
    what: "curve",
    plotHeight: (width) => {
      const highest = isWide(page.player, theme) ? LOW : HIGH;
      return clamp(0.9 * width, 11 * theme.rem, highest * theme.rem) - 3.8 * theme.rem;
    },
    layout: (panel) => layoutCurves(panel, view, theme, allowed),
    renew: (panel) => placeCurves(panel, view, allowed),
    draw(panel, position) {
      rowAt(panel.fit.curves, view.gridX.length, position, panel.ys);
      panel.current.setAttribute("d", polyline(panel.xs, panel.ys.map(panel.scales.y)));
      moveCross(panel, mark.panel === panel ? mark : null);
      if (mark.panel === panel) page.reading.textContent = curveSentence(panel, view, mark);
      if (mark.panel === null) page.reading.textContent = CURVE_HINT;
    },
  };
}

/** @type {(list: Element, view: CurvesView) => void} */
function curveLegend(list, { truth, query }) {
  /** @type {(words: string, name: string) => SVGPathElement} */
  const line = (words, name) => svg(legendLine(list, words), "path", { class: name, d: "M0 7H30" });
  if (truth) line("true curve", "truth");
  const point = { class: "point", cx: 7, cy: 7, r: 4.5 };
  svg(legendLine(list, "support points", 14), "circle", point);
  if (query.x.length > 0) {
    svg(legendLine(list, "held-out points", 14), "path", { class: "held-out", d: square(7, 7, 4) });
  }
  line("before any step", "before");
  line("at this step", "current");
}

/** @type {(x: number, y: number, r: number) => string} */
const square = (x, y, r) =>
  `M${(x - r).toFixed(2)} ${(y - r).toFixed(2)}h${2 * r}v${2 * r}h${-2 * r}z`;

/**
 * @type {(panel: CurvePanel, view: CurvesView, theme: Theme, allowed: Allowed | null) => void}
 */
function layoutCurves(panel, view, { rem }, allowed) {
  const { chart, clip, fit, area } = panel;
  drawHeldOut(panel, view.query, crowdedRadius(0.24 * rem, view.query.x.length));
  const lines = clipped(chart, area, clip);
  allowed?.layout(panel, lines);
  panel.xs = view.gridX.map(panel.scales.x);
  panel.ys = new Float32Array(view.gridX.length);
  panel.truth = svg(lines, "path", { class: "truth", "data-role": "truth" });
  panel.pinned = svg(lines, "path", { class: "pinned", "data-role": "pinned" });
  panel.before = svg(lines, "path", { class: "before", "data-role": "before" });
  panel.unit = svg(lines, "path", { class: "unit", "data-role": "unit" });
  const role = { class: "current", "data-role": "current", "stroke-dasharray": fit.dash };
  panel.current = svg(lines, "path", role);
  openPlaces(panel, area, 0.28 * rem, { name: "point" });
  placeCurves(panel, view, allowed);
}

/** The held-out points: hollow squares, all of them one path.
 *
 * @type {(panel: CurvePanel, query: CurvesView["query"], radius: number) => void}
 */
function drawHeldOut({ chart, clip, area, scales }, { x, y }, radius) {
  const layer = clipped(chart, around(area, radius), `${clip}-held-out`);
  const squares = Array.from(x, (value, i) => square(scales.x(value), scales.y(y[i]), radius));
  svg(layer, "path", { class: "held-out", "data-role": "held-out", d: squares.join("") });
}

/** @type {(panel: CurvePanel, view: CurvesView, allowed: Allowed | null) => void} */
function placeCurves(panel, view, allowed) {
  const { fit, xs, scales: { y }, truth, before } = panel;
  allowed?.draw(panel);
  truth.setAttribute("d", view.truth ? polyline(xs, view.truth.map(y)) : "");
  before.setAttribute("d", polyline(xs, fit.curves.subarray(0, xs.length).map(y)));
}

/** "MAML at x = 1.20: 0.53, true curve 0.61"; without its end where nobody knows the true curve.
 *
 * @type {(panel: CurvePanel, view: CurvesView, place: Pick<Place, "x">) => string}
 */
function curveSentence({ fit, ys }, { gridX, truth }, { x }) {
  const place = linearScale([gridX[0], gridX[gridX.length - 1]], [0, gridX.length - 1])(x);
  /** @type {(values: Numbers) => string} */
  const at = (values) => formatFixed(rowAt(values, 1, clamp(place, 0, gridX.length - 1), [0])[0]);
  const told = truth ? `, true curve ${at(truth)}` : "";
  return `${fit.label} at x = ${formatFixed(x)}: ${at(ys)}${told}`;
}

/** Curves and query losses along a trace, as the browser computes them.
 *
 *  Where frames take long, `live.only` names the steps that are computed; the others stay, and so
 *  does the curve of a start that every task shares.
 *
 * @type {(fit: CurveFit & { model: Model }, view: CurvesView, trace: Weights[],
 *   supportLoss: number[]) => Followed & Pick<CurveFit, "curves" | "latest">}
 */
export function followCurves({ model, latest }, view, trace, supportLoss) {
  const { gridX, judged, live } = view;
  const only = live?.only;
  const grid = gridX.length;
  const known = only && latest?.queryLoss.length === trace.length ? latest : null;
  const started = known?.start === trace[0];
  const curves = known?.curves ?? new Float32Array(trace.length * grid);
  const queryLoss = trace.map((weights, step) => {
    if (known && !only?.includes(step)) return known.queryLoss[step];
    const row = curves.subarray(step * grid, (step + 1) * grid);
    if (step > 0 || !started) predict(model, weights, gridX, grid, row);
    return judged ? curveLoss(model, weights, row, view) : supportLoss[step];
  });
  return { curves, queryLoss, score: queryLoss, latest: { start: trace[0], curves, queryLoss } };
}

/** The loss of a curve on the grid where the truth is known, else on the held-out points.
 *
 * @type {(model: Model, weights: Weights, curve: Float32Array, view: CurvesView) => number}
 */
function curveLoss(model, weights, curve, { truth, query: { x, y } }) {
  if (truth) return lossOf(model, curve, truth, curve.length);
  return lossOf(model, predict(model, weights, x, x.length), y, x.length);
}

/* Panels with curves: the truth, the points, and the prediction before and after the steps.
 *
 *   data    grid, gridX64, truth64   number of grid points; their x; the true curve there
 *           points, supportX64, supportY64
 *   fit     curves64 (kept × grid)
 */

const CURVE_HINT = "Point at a panel to read its curve.";

function readCurves({ grid, gridX64, truth64, points, supportX64, supportY64 }) {
  const supportX = decodeFloats(supportX64, points, "support x");
  const supportY = decodeFloats(supportY64, points, "support y");
  return {
    gridX: decodeFloats(gridX64, grid, "grid x"),
    truth: decodeFloats(truth64, grid, "truth y"),
    points: Array.from(supportX, (x, i) => [x, supportY[i]]),
    ways: 0,
  };
}

function readCurveFit({ label, kept, curves64, queryLoss64 }, { grid }) {
  const queryLoss = decodeFloats(queryLoss64, kept, `query loss of ${label}`);
  return {
    curves: decodeFloats(curves64, kept * grid, `curves of ${label}`),
    score: { name: "query MSE", values: queryLoss, format: (value) => formatNumber(value) },
  };
}

function openCurves(page, view, theme, panels) {
  const mark = { panel: null, x: 0, y: 0 };
  curveLegend(page.key);
  return {
    tickSpace: [3, 1.8],
    probes: panels.map((panel) => placeProbe(panel, view, mark, page.reading)),
    what: "curve",
    plotHeight: (width) => clamp(0.9 * width, 11 * theme.rem, 15 * theme.rem) - 3.8 * theme.rem,
    layout: (panel) => layoutCurves(panel, view, theme),
    renew: (panel) => placeCurves(panel, view),
    draw(panel, position) {
      rowAt(panel.fit.curves, view.gridX.length, position, panel.ys);
      panel.current.setAttribute("d", polyline(panel.xs, panel.ys.map(panel.scales.y)));
      moveCross(panel, mark.panel === panel ? mark : null);
      if (mark.panel === panel) page.reading.textContent = curveSentence(panel, view, mark);
      if (mark.panel === null) page.reading.textContent = CURVE_HINT;
    },
  };
}

function curveLegend(list) {
  const line = (words, name) => svg(legendLine(list, words), "path", { class: name, d: "M0 7H30" });
  line("true curve", "truth");
  const point = { class: "point", cx: 7, cy: 7, r: 4.5 };
  svg(legendLine(list, "support points", 14), "circle", point);
  line("before any step", "before");
  line("at this step", "current");
}

function layoutCurves(panel, view, { rem }) {
  const { chart, clip, fit, area } = panel;
  const lines = clipped(chart, area, clip);
  panel.xs = view.gridX.map(panel.scales.x);
  panel.ys = new Float32Array(view.gridX.length);
  panel.truth = svg(lines, "path", { class: "truth", "data-role": "truth" });
  panel.pinned = svg(lines, "path", { class: "pinned", "data-role": "pinned" });
  panel.before = svg(lines, "path", { class: "before", "data-role": "before" });
  panel.unit = svg(lines, "path", { class: "unit", "data-role": "unit" });
  const role = { class: "current", "data-role": "current", "stroke-dasharray": fit.dash };
  panel.current = svg(lines, "path", role);
  openPlaces(panel, area, 0.28 * rem, { name: "point" });
  placeCurves(panel, view);
}

function placeCurves({ fit, xs, scales: { y }, truth, before }, view) {
  truth.setAttribute("d", polyline(xs, view.truth.map(y)));
  before.setAttribute("d", polyline(xs, fit.curves.subarray(0, xs.length).map(y)));
}

/** "MAML at x = 1.20: 0.53, true curve 0.61". */
function curveSentence({ fit, ys }, { gridX, truth }, { x }) {
  const place = linearScale([gridX[0], gridX.at(-1)], [0, gridX.length - 1])(x);
  const at = (values) => formatFixed(rowAt(values, 1, clamp(place, 0, gridX.length - 1), [0])[0]);
  return `${fit.label} at x = ${formatFixed(x)}: ${at(ys)}, true curve ${at(truth)}`;
}

/** Curves and query losses along a trace, as the browser computes them.
 *
 *  Where frames take long, `live.only` names the steps that are computed; the others stay.
 */
function followCurves({ model, latest }, { gridX, truth, live: { only } }, trace) {
  const grid = gridX.length;
  const known = only && latest?.queryLoss.length === trace.length ? latest : null;
  const curves = known?.curves ?? new Float32Array(trace.length * grid);
  const queryLoss = trace.map((weights, step) => {
    if (known && !only.includes(step)) return known.queryLoss[step];
    const row = curves.subarray(step * grid, (step + 1) * grid);
    return lossOf(model, predict(model, weights, gridX, grid, row), truth, grid);
  });
  return { curves, queryLoss, score: queryLoss, latest: { curves, queryLoss } };
}

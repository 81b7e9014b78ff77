/* Panels with curves: the truth, the points, and the prediction before and after the steps.
 *
 *   data    grid, gridX64, truth64   number of grid points; their x; the true curve there
 *           points, supportX64, supportY64
 *   fit     curves64 (kept × grid)
 */

function readCurves({ grid, gridX64, truth64, points, supportX64, supportY64 }) {
  return {
    gridX: decodeFloats(gridX64, grid, "grid x"),
    truth: decodeFloats(truth64, grid, "truth y"),
    supportX: decodeFloats(supportX64, points, "support x"),
    supportY: decodeFloats(supportY64, points, "support y"),
  };
}

function readCurveFit({ label, kept, curves64, queryLoss64 }, { grid }) {
  const queryLoss = decodeFloats(queryLoss64, kept, `query loss of ${label}`);
  return {
    curves: decodeFloats(curves64, kept * grid, `curves of ${label}`),
    score: { name: "query MSE", values: queryLoss, format: (value) => formatNumber(value) },
  };
}

function openCurves(page, view, theme) {
  const grid = view.gridX.length;
  const ys = new Float32Array(grid);
  curveLegend(page.key);
  return {
    axes: ["x", "y"],
    tickSpace: [3, 1.8],
    probes: [],
    plotHeight: (width) => clamp(0.66 * width, 8.5 * theme.rem, 14 * theme.rem) - 3.8 * theme.rem,
    layout: (panel, area, scales) => layoutCurves(panel, view, area, scales),
    draw(panel, position) {
      rowAt(panel.fit.curves, grid, position, ys);
      panel.current.setAttribute("d", polyline(panel.xs, ys.map(panel.y)));
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

function layoutCurves(panel, view, area, { x, y }) {
  const { chart, clip, fit } = panel;
  panel.xs = view.gridX.map(x);
  panel.y = y;
  const lines = clipped(chart, area, clip);
  const path = (ys) => polyline(panel.xs, ys.map(y));
  svg(lines, "path", { class: "truth", "data-role": "truth", d: path(view.truth) });
  const before = path(fit.curves.subarray(0, view.gridX.length));
  svg(lines, "path", { class: "before", "data-role": "before", d: before });
  const role = { class: "current", "data-role": "current", "stroke-dasharray": fit.dash };
  panel.current = svg(lines, "path", role);
  view.supportX.forEach((value, i) => {
    const centre = { cx: x(value).toFixed(2), cy: y(view.supportY[i]).toFixed(2) };
    svg(lines, "circle", { class: "point", r: 0.28 * area.rem, ...centre });
  });
}

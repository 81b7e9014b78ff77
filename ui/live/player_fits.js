/* The inner-loop player's first row: one panel per learner, all with the same axes. */

function fitPanels(page, view, theme) {
  page.fits.replaceChildren();
  const panels = view.fits.map((fit, i) => fitPanel(page.fits, fit, `clip-${i}`, theme));
  const grid = view.gridX.length;
  const ys = new Float32Array(grid);
  let scales = null;

  const layout = () => {
    page.fits.style.setProperty("--columns", columnsFor(page.player, panels.length, theme.rem));
    panels.forEach((panel) => {
      scales = layoutPanel(panel, view, theme);
      panel.left.hidden = panel.fit.kept > view.steps;
    });
    scales.xs = view.gridX.map(scales.x);
  };
  const move = ({ fit, figure, current, caption, left }, position, step) => {
    const shown = Math.min(position, fit.kept - 1);
    rowAt(fit.curves, grid, shown, ys);
    current.setAttribute("d", polyline(scales.xs, ys.map(scales.y)));
    caption.textContent = fitCaption(fit, step);
    figure.classList.toggle("left", step >= fit.kept);
    left.style.visibility = step >= fit.kept ? "visible" : "hidden";
  };
  return {
    layout,
    draw: (position, step) => panels.forEach((panel) => move(panel, position, step)),
  };
}

/** Panels per row: as many as are legible, rows of equal length. */
function columnsFor(host, count, rem) {
  const most = clamp(Math.floor(host.clientWidth / (10 * rem)), 1, count);
  return Math.ceil(count / Math.ceil(count / most));
}

function fitCaption({ queryLoss, kept }, step) {
  const first = `query MSE ${formatNumber(queryLoss[0])}`;
  const now = Math.min(step, kept - 1);
  return now === 0 ? first : `${first} → ${formatNumber(queryLoss[now])}`;
}

function fitPanel(host, fit, clip, theme) {
  const place = { class: "fit", "data-testid": "fit-panel", "data-learner": fit.label };
  const figure = html(host, "figure", place);
  figure.style.setProperty("--ink", readable(fit.colour, theme));
  const title = html(figure, "figcaption", { class: "title" });
  const sample = svg(title, "svg", { viewBox: "0 0 30 14", "aria-hidden": "true" });
  svg(sample, "path", { class: "sample", d: "M0 7H30", "stroke-dasharray": fit.dash });
  html(title, "span", {}, fit.label);
  const chart = svg(figure, "svg", { class: "chart", "aria-hidden": "true" });
  const words = html(figure, "div");
  const caption = html(words, "p", { class: "caption" });
  const left = html(words, "p", { class: "note" }, leftAt(fit.kept));
  if (fit.note) html(words, "p", { class: "note" }, fit.note);
  return { fit, clip, figure, chart, caption, left, current: null };
}

/** Draws what does not move in a panel; returns the scales, which all panels share. */
function layoutPanel(panel, view, theme) {
  const width = panel.figure.clientWidth;
  const height = clamp(0.66 * width, 8.5 * theme.rem, 14 * theme.rem);
  const ticks = (range, count) => linearTicks(range, count).map((v) => [v, formatTick(v)]);
  const margins = { left: 0, right: 0.4, top: 1.4, bottom: 2.4 };
  const yTicks = ticks(view.yRange, (height / theme.rem - 3.8) / 1.8);
  margins.left = 0.5 + Math.max(...yTicks.map(([, text]) => textWidth(text, theme))) / theme.rem;
  const area = plotArea(width, height, theme.rem, margins);
  const x = linearScale(view.xRange, [area.left, area.right]);
  const y = linearScale(view.yRange, [area.bottom, area.top]);
  const xTicks = ticks(view.xRange, Math.min(10, (area.right - area.left) / (3 * theme.rem)));
  startChart(panel.chart, width, height, area);
  drawAxes(panel.chart, area, { x, y, xTicks, yTicks, xName: "x", yName: "y" });
  drawPanel(panel, view, area, { x, y });
  return { x, y };
}

function drawPanel(panel, view, area, { x, y }) {
  const { chart, clip, fit } = panel;
  const lines = clipped(chart, area, clip);
  const path = (ys) => polyline(view.gridX.map(x), ys.map(y));
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

/** Empties a chart and sets its size; the plot's pixel ranges stay readable on the element. */
function startChart(chart, width, height, { left, right, top, bottom }) {
  chart.replaceChildren();
  chart.setAttribute("viewBox", `0 0 ${width} ${height}`);
  chart.style.height = `${height}px`;
  chart.dataset.plotX = `${left} ${right}`;
  chart.dataset.plotY = `${bottom} ${top}`;
}

/** A group whose content ends at the plot's borders. */
function clipped(chart, { left, right, top, bottom }, id) {
  const clip = svg(svg(chart, "defs"), "clipPath", { id });
  svg(clip, "rect", { x: left, y: top, width: right - left, height: bottom - top });
  return svg(chart, "g", { "clip-path": `url(#${id})` });
}

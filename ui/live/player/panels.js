/* The inner-loop player's first row: one panel per learner, all with the same axes.
 *
 * A kind of panels knows what it reads, what it draws and what it computes by itself:
 *   axes, ways(data)                 names of both axes; number of classes, 0 for none
 *   read(data), readFit(fit, data)   its part of the view and of each fit; a fit's `score` is the
 *                                    number of its caption: name, values (kept), format(value)
 *   open(page, view, theme, panels)  → layout(panel): what does not move
 *                                      renew(panel): the same after new numbers, on the same axes
 *                                      draw(panel, position, step): what moves
 *                                      plotHeight(width, plotWidth): both in pixels
 *                                      tickSpace: rem per tick of both axes
 *                                      probes: what can be pointed at; what: its name
 *   follow(fit, view, trace, supportLoss)
 *                                    → queryLoss, score: after each step of a live run;
 *                                      and what `draw` needs, put onto the fit
 */

const KINDS = {
  curves: {
    axes: ["x", "y"], ways: () => 0,
    read: readCurves, readFit: readCurveFit, open: openCurves, follow: followCurves,
  },
  fields: {
    axes: ["x1", "x2"], ways: ({ classColours }) => classColours.length,
    read: readFields, readFit: readFieldFit, open: openFields, follow: followFields,
  },
};

function panelRow(page, view, theme, memory) {
  page.fits.replaceChildren();
  page.key.replaceChildren();
  const panels = view.fits.map((fit, i) => openPanel(page.fits, fit, `clip-${i}`, theme));
  const content = KINDS[view.kind].open(page, view, theme, panels);
  panels.forEach((panel) => nameStage(panel, content.what, view.live));

  const layout = () => {
    setColumns(page.fits, panels.length, theme.rem);
    panels.forEach((panel) => layoutPanel(panel, view, content, theme));
    noteFates(panels, view);
  };
  const renew = () => {
    panels.forEach((panel) => content.renew(panel));
    noteFates(panels, view);
  };
  const drawPanel = (panel, position, step) => {
    const last = panel.fit.kept - 1;
    content.draw(panel, Math.min(position, last), Math.min(step, last));
    showPoints(panel, view.points, memory.edits.marked);
    panel.caption.textContent = captionOf(panel.fit, view, step);
    panel.figure.classList.toggle("left", step > last);
    panel.left.style.visibility = step > last ? "visible" : "hidden";
  };
  return {
    panels,
    layout,
    renew,
    draw: (position, step) => panels.forEach((panel) => drawPanel(panel, position, step)),
    probes: content.probes,
  };
}

const WAITING = "follows on release";
const UNMEASURED = "no points to measure on";

/** Which learners left the chart, which wait for Python, and which models could not be read. */
function noteFates(panels, { steps }) {
  panels.forEach(({ figure, left, trouble, fit }) => {
    left.textContent = leftAt(fit.kept);
    left.hidden = fit.kept > steps;
    trouble.textContent = fit.trouble ?? "";
    trouble.hidden = !fit.trouble;
    figure.classList.toggle("waiting", Boolean(fit.waiting));
  });
}

/** Panels per row: as many as are legible, rows of equal length. */
function setColumns(host, count, rem) {
  host.style.setProperty("--columns", count);
  const most = clamp(Math.floor(host.clientWidth / (10 * rem)), 1, count);
  host.style.setProperty("--columns", Math.ceil(count / Math.ceil(count / most)));
}

function captionOf(fit, view, step) {
  if (fit.waiting) return WAITING;
  return isUnmeasured(view) ? UNMEASURED : scoreCaption(fit, step);
}

/** Whether there is neither anything to judge by nor a support point. */
const isUnmeasured = ({ judged, points }) => !judged && points.length === 0;

function scoreCaption({ score: { name, values, format }, kept }, step) {
  const first = `${name} ${format(values[0])}`;
  const now = Math.min(step, kept - 1);
  return now === 0 ? first : `${first} → ${format(values[now])}`;
}

function openPanel(host, fit, clip, theme) {
  const place = { class: "fit", "data-testid": "fit-panel", "data-learner": fit.label };
  const figure = html(host, "figure", place);
  figure.style.setProperty("--ink", readable(fit.colour, theme));
  const title = html(figure, "figcaption", { class: "title" });
  const sample = svg(title, "svg", { viewBox: "0 0 30 14", "aria-hidden": "true" });
  svg(sample, "path", { class: "sample", d: "M0 7H30", "stroke-dasharray": fit.dash });
  html(title, "span", {}, fit.label);
  const stage = html(figure, "div", { class: "stage" });
  const chart = svg(stage, "svg", { class: "chart", "aria-hidden": "true" });
  const plane = html(stage, "div", { class: "plane" });
  const words = html(figure, "div");
  const caption = html(words, "p", { class: "caption" });
  const left = html(words, "p", { class: "note" });
  if (fit.note) html(words, "p", { class: "note" }, fit.note);
  const trouble = html(words, "p", { class: "note trouble" });
  return { fit, clip, figure, stage, chart, plane, caption, left, trouble };
}

function nameStage({ stage, fit: { label } }, what, live) {
  const edit = live ? "; n and p choose a point, Enter adds one, Delete removes it" : "";
  stage.tabIndex = 0;
  stage.setAttribute("role", "application");
  stage.setAttribute("aria-label", `${what} of ${label}: arrow keys read it place by place${edit}`);
}

/** Draws the axes of a panel, then what does not move in it. */
function layoutPanel(panel, view, content, theme) {
  const { rem } = theme;
  const width = panel.figure.clientWidth;
  const ticks = (range, count) =>
    linearTicks(range, Math.min(8, count)).map((value) => [value, formatTick(value)]);
  const margins = { left: 0, right: 0.4, top: 1.4, bottom: 2.4 };
  const [xSpace, ySpace] = content.tickSpace.map((space) => space * rem);
  const yTicks = ticks(view.yRange, content.plotHeight(width, width - 2 * rem) / ySpace);
  margins.left = 0.5 + Math.max(...yTicks.map(([, text]) => textWidth(text, theme))) / rem;
  const plotWidth = width - (margins.left + margins.right) * rem;
  const height = content.plotHeight(width, plotWidth) + (margins.top + margins.bottom) * rem;
  const area = plotArea(width, height, rem, margins);
  const x = linearScale(view.xRange, [area.left, area.right]);
  const y = linearScale(view.yRange, [area.bottom, area.top]);
  const xTicks = ticks(view.xRange, plotWidth / xSpace);
  const [xName, yName] = KINDS[view.kind].axes;
  startChart(panel.chart, width, height, area);
  drawAxes(panel.chart, area, { x, y, xTicks, yTicks, xName, yName });
  Object.assign(panel, { area, scales: { x, y }, ranges: [view.xRange, view.yRange] });
  content.layout(panel);
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

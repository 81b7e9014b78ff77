/* The inner-loop player's first row: one panel per learner, all with the same axes.
 *
 * What a panel shows is its kind's affair (kinds.js).
 */

import { readable } from "../parts/colours.js";
import { drawAxes, html, plotArea, svg, textWidth } from "../parts/drawing.js";
import { clamp, linearScale, linearTicks } from "../parts/scales.js";
import { formatTick } from "../parts/words.js";
import { startChart } from "./charts.js";
import { KINDS } from "./kinds.js";
import { UNMEASURED, WAITING, isUnmeasured, leftAt } from "./outcome.js";
import { showPoints } from "./places.js";

/** @import { Range, Theme, Tick } from "../parts/types.js" */
/** @import { Fit, Kind, Memory, Page, Panel, PanelContent, Picture } from "./types.js" */
/** @import { Probe, View } from "./types.js" */

/**
 * @type {(page: Page, view: View, theme: Theme, memory: Memory) =>
 *   Picture & { panels: Panel[], probes: Probe[] }}
 */
export function panelRow(page, view, theme, memory) {
  page.fits.replaceChildren();
  page.key.replaceChildren();
  const panels = view.fits.map((fit, i) => openPanel(page.fits, fit, `clip-${i}`, theme));
  const kind = /** @type {Kind} */ (KINDS[view.kind]);
  const content = kind.open(page, view, theme, panels);
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
  /** @type {(panel: Panel, position: number, step: number) => void} */
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

/** Which learners left the chart, which wait for Python, and which models could not be read.
 *
 * @type {(panels: Panel[], view: View) => void}
 */
function noteFates(panels, { steps }) {
  panels.forEach(({ figure, left, trouble, fit }) => {
    left.textContent = leftAt(fit.kept);
    left.hidden = fit.kept > steps;
    trouble.textContent = fit.trouble ?? "";
    trouble.hidden = !fit.trouble;
    figure.classList.toggle("waiting", Boolean(fit.waiting));
  });
}

/** Panels per row: as many as are legible, rows of equal length.
 *
 * @type {(host: HTMLElement, count: number, rem: number) => void}
 */
function setColumns(host, count, rem) {
  host.style.setProperty("--columns", String(count));
  const most = clamp(Math.floor(host.clientWidth / (10 * rem)), 1, count);
  host.style.setProperty("--columns", String(Math.ceil(count / Math.ceil(count / most))));
}

/** @type {(fit: Fit, view: View, step: number) => string} */
function captionOf(fit, view, step) {
  if (fit.waiting) return WAITING;
  return isUnmeasured(view) ? UNMEASURED : scoreCaption(fit, step);
}

/** @type {(fit: Fit, step: number) => string} */
function scoreCaption({ score: { name, values, format }, kept }, step) {
  const first = `${name} ${format(values[0])}`;
  const now = Math.min(step, kept - 1);
  return now === 0 ? first : `${first} → ${format(values[now])}`;
}

/** A panel's elements; what needs its size comes with its layout.
 *
 * @type {(host: HTMLElement, fit: Fit, clip: string, theme: Theme) => Panel}
 */
function openPanel(host, fit, clip, theme) {
  const place = { class: "fit", "data-testid": "fit-panel", "data-learner": fit.label };
  const figure = html(host, "figure", place);
  figure.style.setProperty("--ink", readable(fit.colour, theme));
  const title = html(figure, "figcaption", { class: "title" });
  const sample = svg(title, "svg", { viewBox: "0 0 30 14", "aria-hidden": "true" });
  svg(sample, "path", { class: "sample", d: "M0 7H30", "stroke-dasharray": fit.dash });
  html(title, "span", { title: fit.note }, fit.label);
  const stage = html(figure, "div", { class: "stage" });
  const chart = svg(stage, "svg", { class: "chart", "aria-hidden": "true" });
  const plane = html(stage, "div", { class: "plane" });
  const words = html(figure, "div");
  const caption = html(words, "p", { class: "caption" });
  const left = html(words, "p", { class: "note" });
  const trouble = html(words, "p", { class: "note trouble" });
  /** @type {Partial<Panel>} */
  const panel = { fit, clip, figure, stage, chart, plane, caption, left, trouble };
  return /** @type {Panel} */ (panel);
}

/** @type {(panel: Panel, what: string, live: View["live"]) => void} */
function nameStage({ stage, fit: { label } }, what, live) {
  const edit = live ? "; n and p choose a point, Enter adds one, Delete removes it" : "";
  stage.tabIndex = 0;
  stage.setAttribute("role", "application");
  stage.setAttribute("aria-label", `${what} of ${label}: arrow keys read it place by place${edit}`);
}

/** Draws the axes of a panel, then what does not move in it.
 *
 * @type {(panel: Panel, view: View, content: PanelContent, theme: Theme) => void}
 */
function layoutPanel(panel, view, content, theme) {
  const { rem } = theme;
  const width = panel.figure.clientWidth;
  /** @type {(range: Range, count: number) => Tick[]} */
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

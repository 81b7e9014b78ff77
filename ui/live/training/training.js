/* The live picture of meta-training: how each run stands, its losses, three tasks, its weights.
 *
 * `data` is what ui/live/training/training.py sends (read_training.js).
 *
 * All of it is drawn anew when something arrives, a few times a second at most, or when the width,
 * the font size or the theme has changed. The state lives on the shadow root as `metaTraining`.
 */

import { CLASSES, marker } from "../parts/class_marks.js";
import { readTheme, readable } from "../parts/colours.js";
import { drawAxes, html, legendLine, plotArea, polyline, svg } from "../parts/drawing.js";
import { classPalette, countVotes, paintField } from "../parts/field_painting.js";
import { clamp, linearScale, linearTicks, logScale, lossTicks, worded } from "../parts/scales.js";
import { formatFixed, formatNumber } from "../parts/words.js";
import { readTraining } from "./read_training.js";

/** @import { Area, Attributes, Point, Range, Scale, Theme, Tick } from "../parts/types.js" */
/** @import { Component } from "../window.js" */
/** @import { CurveFit, FieldFit, Page, Root, Row, Run } from "./types.js" */
/** @import { State, Task, TensorStatistics, TrainingData, View } from "./types.js" */
/** @typedef {CurveFit | FieldFit} Fit */
/** @typedef {{ x: Scale, y: Scale, area: Area }} Plot */

/** @type {Range} */
const EMPTY_RANGE = [0.001, 10];
/** @type {Record<View["kind"], [x: string, y: string]>} */
const NAMES = { curve: ["x", "y"], field: ["x1", "x2"] };
/** The most that a plot of curves is high, in rem. */
const HIGHEST = 12;

/** @type {(component: Component<TrainingData, Root>) => () => void} */
export default function ({ data, parentElement: root }) {
  root.metaTraining?.rest();
  const page = root.metaTraining?.page ?? findTrainingParts(root);
  const state = {
    page, view: readTraining(data), theme: readTheme(page.training),
    spoken: root.metaTraining?.spoken ?? "", rest: () => {},
  };
  root.metaTraining = state;
  state.page.training.style.colorScheme = state.theme.dark ? "dark" : "light";
  const watcher = watchTraining(state);
  state.rest = () => watcher.disconnect();
  speak(state);
  return () => state.rest();
}

/** @type {(root: ShadowRoot) => Page} */
function findTrainingParts(root) {
  /** @type {(selector: string) => HTMLElement} */
  const find = (selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
  return {
    training: find(".training"), runs: find(".runs"), losses: find(".losses"),
    chart: /** @type {SVGSVGElement} */ (root.querySelector(".losses .chart")),
    lossLegend: find(".losses .legend"),
    panels: find(".panels"), taskLegend: find(".tasks .legend"), spoken: find(".spoken"),
    weights: /** @type {HTMLTableElement} */ (root.querySelector(".weights")),
  };
}

/** Draws now, and again when the width or the base font size has changed.
 *
 * @type {(state: State) => ResizeObserver}
 */
function watchTraining(state) {
  const { page, theme } = state;
  let width = 0;
  const fit = () => {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    if (!page.training.clientWidth) return;
    if (page.training.clientWidth === width && rem === theme.rem) return;
    width = page.training.clientWidth;
    theme.rem = rem;
    drawTraining(state);
  };
  fit();
  const watcher = new ResizeObserver(fit);
  watcher.observe(page.training);
  return watcher;
}

/** Says how the runs stand, only when that has changed.
 *
 * @type {(state: State) => void}
 */
function speak(state) {
  const words = state.view.runs.map(({ spoken }) => spoken).join(" ");
  if (words !== state.spoken) state.page.spoken.textContent = words;
  state.spoken = words;
}

// ---------------------------------------------------------------- one drawing

/** @type {(state: State) => void} */
function drawTraining(state) {
  const { page, view: { runs }, view, theme } = state;
  const inks = runs.map(({ colour }) => readable(colour, theme));
  const trained = runs.some(({ steps }) => steps > 0);
  page.training.classList.toggle("trained", trained);
  page.losses.hidden = !trained;
  drawRuns(page.runs, runs, inks);
  if (trained) drawLosses(page, runs, inks, theme);
  drawPanels(page, view, inks, theme);
  drawTaskLegend(page.taskLegend, view, inks, theme);
  drawWeights(page.weights, runs, inks);
  page.training.classList.add("drawn");
}

/** A line for each run: its sample, its name, how it stands, how much of it is done.
 *
 * @type {(list: Element, runs: Run[], inks: string[]) => void}
 */
function drawRuns(list, runs, inks) {
  list.replaceChildren();
  runs.forEach(({ name, dash, words, share }, i) => {
    const sample = legendLine(list, name);
    svg(sample, "path", { class: "sample", d: "M0 7H30", "stroke-dasharray": dash,
      style: `--ink: ${inks[i]}` });
    const item = /** @type {HTMLElement} */ (list.lastElementChild);
    item.querySelector("span")?.classList.add("name");
    html(item, "span", { class: "words", "data-testid": "words" }, words);
    if (share === null) return;
    const bar = html(item, "div", { class: "bar", role: "progressbar", "aria-label": name,
      "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": Math.round(100 * share) });
    html(bar, "div", { style: `width: ${(100 * share).toFixed(1)}%; --ink: ${inks[i]}` });
  });
}

// ---------------------------------------------------------------- losses

/** @type {(page: Page, runs: Run[], inks: string[], theme: Theme) => void} */
function drawLosses({ chart, lossLegend }, runs, inks, theme) {
  const { rem } = theme;
  const width = chart.parentElement?.clientWidth ?? 0;
  const height = clamp(0.6 * width, 14 * rem, 19 * rem);
  const area = plotArea(width, height, rem, { left: 3, right: 0.8, top: 1.6, bottom: 2.4 });
  const steps = Math.max(...runs.map((run) => run.steps));
  const range = rangeOfLosses(runs);
  const x = linearScale([0, steps], [area.left, area.right]);
  const y = logScale(range, [area.bottom, area.top]);
  chart.replaceChildren();
  chart.setAttribute("viewBox", `0 0 ${width} ${height}`);
  chart.style.height = `${height}px`;
  const yTicks = lossTicks(range, (area.bottom - area.top) / (1.6 * rem));
  const xTicks = worded(linearTicks([0, steps], (area.right - area.left) / (4 * rem)));
  drawAxes(chart, area, { x, y, xTicks, yTicks, xName: "outer step", yName: "loss (log scale)" });
  runs.forEach((run, i) => drawRunLosses(chart, run, inks[i], { x, y, area }));
  chart.setAttribute("aria-label", lossSentence(runs));
  lossLegend.replaceChildren();
  ["meta", "probe"].forEach((name, i) => {
    const words = ["thin: meta-loss of the batches", "thick: query loss of held-out tasks"][i];
    svg(legendLine(lossLegend, words), "path", { class: `${name} neutral`, d: "M0 7H30" });
  });
}

/** All losses with a little room, at most ten powers of ten; ends on halves of a power.
 *
 * @type {(runs: Run[]) => Range}
 */
function rangeOfLosses(runs) {
  const losses = runs.flatMap(({ meta, probe }) => [...meta[1], ...probe[1]]).filter((l) => l > 0);
  if (losses.length === 0) return EMPTY_RANGE;
  const high = losses.reduce((a, b) => Math.max(a, b));
  const low = Math.max(losses.reduce((a, b) => Math.min(a, b)), high * 1e-10);
  /** @type {(value: number, round: (value: number) => number) => number} */
  const halves = (value, round) => 10 ** (round(2 * Math.log10(value)) / 2);
  return [halves(low / 1.1, Math.floor), halves(high * 1.1, Math.ceil)];
}

/** @type {(chart: Element, run: Run, ink: string, plot: Plot) => void} */
function drawRunLosses(chart, { name, dash, meta, probe, left }, ink, { x, y, area }) {
  const group = svg(chart, "g", { "data-run": name, style: `--ink: ${ink}` });
  Object.entries({ meta, probe }).forEach(([role, [steps, losses]]) => {
    const d = polyline(Array.from(steps, x), Array.from(losses, y));
    svg(group, "path", { class: role, "data-role": role, "stroke-dasharray": dash, d });
  });
  const [steps, losses] = probe;
  const last = steps.length - 1;
  const nowhere = [area.left + area.rem, area.top + area.rem];
  const [atX, atY] = last < 0 ? nowhere : [x(steps[last]), y(losses[last])];
  if (left === null && last >= 0) svg(group, "circle", { class: "dot", cx: atX, cy: atY, r: 4 });
  if (left !== null) drawLeft(group, left, [atX, atY], area);
}

/** A cross, and when the chart was left, on the side where there is room.
 *
 * @type {(group: Element, left: number, place: Point, area: Area) => void}
 */
function drawLeft(group, left, [x, y], { left: start, right: end, rem }) {
  const r = 0.4 * rem;
  const d = `M${x - r} ${y - r}L${x + r} ${y + r}M${x - r} ${y + r}L${x + r} ${y - r}`;
  svg(group, "path", { class: "cross", "data-role": "left", d });
  const late = x > (start + end) / 2;
  const place = { x: late ? x - rem : x + rem, y: y + 0.28 * rem };
  const text = { class: "label", "text-anchor": late ? "end" : "start", ...place };
  svg(group, "text", text, `left the chart at step ${left}`);
}

/** @type {(runs: Run[]) => string} */
function lossSentence(runs) {
  const sentences = runs.map(({ name, probe: [steps, losses] }) => {
    const last = steps.length - 1;
    return last < 0
      ? `${name}: no loss yet.`
      : `${name}: held-out query loss ${formatNumber(losses[0])} at step ${steps[0]}, ` +
        `${formatNumber(losses[last])} at step ${steps[last]}.`;
  });
  return sentences.join(" ");
}

// ---------------------------------------------------------------- tasks

/** Curves: a panel for each task with all runs; fields: a row of panels for each run.
 *
 * @type {(page: Page, view: View, inks: string[], theme: Theme) => void}
 */
function drawPanels({ panels }, view, inks, theme) {
  const { kind, runs, tasks, alt } = view;
  panels.replaceChildren();
  panels.setAttribute("aria-label", alt);
  const rows = kind === "curve" ? [runs] : runs.map((run) => [run]);
  panels.classList.toggle("six", rows.length === 2);
  panels.classList.toggle("curves", kind === "curve");
  rows.forEach((row) => tasks.forEach((task, i) => {
    const figure = html(panels, "div", { class: "panel", "data-testid": "task" });
    const title = rows.length > 1 ? `${row[0].name}: ${task.title}` : task.title;
    html(figure, "p", { class: "title" }, title);
    const stage = html(figure, "div", { class: "stage" });
    const fits = row.map((run) => run.tasks[i]);
    if (kind === "curve") drawCurves(stage, task, fits, { view, inks, theme, runs: row });
    else drawField(stage, task, fits, { view, inks, theme, runs: row });
    drawScores(figure, fits.map(({ score }) => score), view, inks);
  }));
}

/** @type {(figure: Element, scores: number[], view: View, inks: string[]) => void} */
function drawScores(figure, scores, { kind, score }, inks) {
  const line = html(figure, "p", { class: "score" });
  scores.forEach((value, i) => {
    const number = kind === "curve" ? formatNumber(value) : formatFixed(value);
    /** @type {Attributes} */
    const style = scores.length > 1 ? { class: "number", style: `--ink: ${inks[i]}` } : {};
    html(line, "span", style, i === 0 ? `${score} ${number}` : number);
  });
}

/** @type {(stage: HTMLElement, row: Row, ratio: number) => Plot & { chart: SVGSVGElement }} */
function panelChart(stage, { view: { kind, xRange, yRange }, theme: { rem } }, ratio) {
  const chart = svg(stage, "svg", { class: "chart", "aria-hidden": "true" });
  const width = stage.clientWidth;
  const sides = { left: 1.5, right: 0.1, top: 1.3, bottom: 2.3 };
  const wanted = ratio * (width - 1.6 * rem);
  const high = kind === "curve" ? Math.min(wanted, HIGHEST * rem) : wanted;
  const area = plotArea(width, high + (sides.top + sides.bottom) * rem, rem, sides);
  const x = linearScale(xRange, [area.left, area.right]);
  const y = linearScale(yRange, [area.bottom, area.top]);
  /** @type {(range: Range) => Tick[]} */
  const ticks = ([low, high]) => worded([Math.ceil(low), 0, Math.floor(high)]);
  const height = area.bottom + sides.bottom * rem;
  chart.setAttribute("viewBox", `0 0 ${width} ${height}`);
  chart.style.height = `${height}px`;
  const [xName, yName] = NAMES[kind];
  drawAxes(chart, area, { x, y, xTicks: ticks(xRange), yTicks: ticks(yRange), xName, yName });
  return { chart, area, x, y };
}

/** @type {(stage: HTMLElement, task: Task, fits: Fit[], row: Row) => void} */
function drawCurves(stage, task, fits, row) {
  const { runs, inks, theme, view } = row;
  const { chart, area: { left, right, top, bottom }, x, y } = panelChart(stage, row, 0.85);
  const size = { x: left, y: top, width: right - left, height: bottom - top };
  const plot = svg(chart, "svg", { class: "plot", ...size,
    viewBox: `${left} ${top} ${size.width} ${size.height}` });
  const grid = linearScale([0, task.truth.length - 1], view.xRange);
  /** @type {(values: Float32Array) => string} */
  const path = (values) =>
    polyline(Array.from(values, (_, i) => x(grid(i))), Array.from(values, y));
  svg(plot, "path", { class: "truth", d: path(task.truth) });
  fits.forEach((fit, i) => {
    const { before, after } = /** @type {CurveFit} */ (fit);
    const { name, dash, innerSteps } = runs[i];
    const group = svg(plot, "g", { style: `--ink: ${inks[i]}`, "data-run": name });
    if (innerSteps > 0) svg(group, "path", { class: "before", d: path(before) });
    const role = { class: "after", "data-role": "after", "stroke-dasharray": dash };
    svg(group, "path", { ...role, d: path(after) });
  });
  task.points.forEach(([px, py]) =>
    svg(plot, "circle", { class: "point", cx: x(px), cy: y(py), r: 0.22 * theme.rem }));
}

/** @type {(stage: HTMLElement, task: Task, fits: Fit[], row: Row) => void} */
function drawField(stage, task, fits, row) {
  const { theme, view } = row;
  const { field } = /** @type {FieldFit} */ (fits[0]);
  const canvas = html(stage, "canvas", { "aria-hidden": "true", "data-testid": "field" });
  const { chart, area, x, y } = panelChart(stage, row, 1);
  const side = area.right - area.left;
  Object.assign(canvas.style, { left: `${area.left}px`, top: `${area.top}px` });
  Object.assign(canvas.style, { width: `${side}px`, height: `${area.bottom - area.top}px` });
  canvas.width = Math.round(side * window.devicePixelRatio);
  canvas.height = canvas.width;
  const classes = view.classColours.map((colour) => readable(colour, theme));
  countVotes(field);
  paintField({ canvas, field }, classPalette(classes, theme), theme);
  task.points.forEach(([px, py, label]) =>
    marker(chart, "mark", label, classes[label], [x(px), y(py)], 0.24 * theme.rem));
}

/** @type {(list: Element, view: View, inks: string[], theme: Theme) => void} */
function drawTaskLegend(list, { kind, runs, tasks, classColours }, inks, theme) {
  list.replaceChildren();
  /** @type {(words: string, name: string, style?: Attributes) => SVGPathElement} */
  const line = (words, name, style = {}) =>
    svg(legendLine(list, words), "path", { class: name, d: "M0 7H30", ...style });
  if (kind === "field") {
    const classes = classColours.map((colour) => readable(colour, theme));
    classes.forEach((ink, label) =>
      marker(legendLine(list, `class ${CLASSES[label]}`, 14), "mark", label, ink, [7, 7], 5));
    return;
  }
  line("true wave", "truth");
  runs.forEach(({ name, dash }, i) =>
    line(name, "after", { "stroke-dasharray": dash, style: `--ink: ${inks[i]}` }));
  const steps = Math.max(...runs.map(({ innerSteps }) => innerSteps));
  if (steps > 0) line(`before the ${steps} inner steps`, "before");
  if (tasks[0].points.length > 0) {
    svg(legendLine(list, "support points", 14), "circle", { class: "point", cx: 7, cy: 7, r: 4 });
  }
}

// ---------------------------------------------------------------- weights

/** A column for each tensor; for each run the mean size and the share that differs by task.
 *
 * @type {(table: HTMLTableElement, runs: Run[], inks: string[]) => void}
 */
function drawWeights(table, runs, inks) {
  const [head, body] = [/** @type {HTMLElement} */ (table.tHead), table.tBodies[0]];
  head.replaceChildren();
  body.replaceChildren();
  const names = html(head, "tr");
  html(names, "td");
  runs[0].weights.forEach(({ name }) => html(names, "th", { scope: "col" }, name));
  runs.forEach(({ name, weights }, i) => {
    /**
     * @type {(words: string, text: (tensor: TensorStatistics) => string,
     *   style: (tensor: TensorStatistics) => Attributes) => void}
     */
    const row = (words, text, style) => {
      const line = html(body, "tr");
      const before = runs.length > 1 ? `${name}: ` : "";
      html(line, "th", { scope: "row", style: `--ink: ${inks[i]}` }, before + words);
      weights.forEach((tensor) => html(line, "td", style(tensor), text(tensor)));
    };
    row("mean |w|", ({ size }) => formatNumber(size), () => ({}));
    row("differs by task", ({ share }) => `${Math.round(100 * share)} %`,
      ({ share }) => ({ class: "share", style: `--share: ${(100 * share).toFixed(0)}%;
        --ink: ${inks[i]}` }));
  });
}

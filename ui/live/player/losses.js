/* The inner-loop player's loss chart: both losses of every learner over the inner steps; the
 * support loss alone where there is nothing to judge by.
 */

import { readable } from "../parts/colours.js";
import { drawAxes, plotArea, polyline, svg, textWidth } from "../parts/drawing.js";
import { clamp, linearScale, linearTicks, logScale, lossTicks, rowAt } from "../parts/scales.js";
import { isWide, startChart } from "./charts.js";
import { isUnmeasured, leftAt } from "./outcome.js";

/** @import { Range, Theme, Tick } from "../parts/types.js" */
/** @import { Fit, LossAxes, LossEnd, LossLine, LossLines, LossPlot } from "./types.js" */
/** @import { Memory, Page, Picture, Pointed, View } from "./types.js" */
/** @typedef {{ at: number }} Spread */

/** The height beside the weights, in rem. */
const LOW = 10.5;

/** While an edit is under way the axes only widen: they would jump with each turn of the hand.
 *
 * @type {(page: Page, view: View, theme: Theme, memory: Memory) => Picture}
 */
export function lossChart(page, view, theme, memory) {
  const inks = view.fits.map((fit) => readable(fit.colour, theme));
  /** @type {LossPlot | null} */
  let plot = null;
  /** Width and height, read at a layout alone: in a frame it would be asked for a new one.
   *
   * @type {[width: number, height: number]}
   */
  let size = [0, 0];
  page.judge.hidden = !view.judged;

  /** @type {(range: Range) => void} */
  const open = (range) => {
    const axes = drawLossAxes(page.losses, size, view, theme, range);
    plot = {
      ...axes,
      mark: stepMark(axes),
      lines: view.fits.map((fit, i) => openLosses(axes, fit, inks[i], view.steps)),
      names: svg(page.losses, "g"),
      dots: inks.map((ink) =>
        svg(page.losses, "circle", { class: "dot", r: 0.36 * theme.rem, style: `--ink: ${ink}` })),
    };
    place(plot);
  };
  /** @type {(plot: LossPlot) => void} */
  const place = (plot) => {
    const shown = { support: view.points.length > 0, query: view.judged };
    plot.lines.forEach((lines, i) => placeLosses(plot, lines, view.fits[i], shown));
    plot.names.replaceChildren();
    labelEnds(plot, view, inks);
  };
  const layout = () => {
    const width = page.losses.parentElement?.clientWidth ?? 0;
    const { rem } = theme;
    size = [width, isWide(page.player, theme) ? LOW * rem : clamp(0.7 * width, 15 * rem, 21 * rem)];
    open(lossRange(view.fits));
  };
  const renew = () => {
    const range = lossRange(view.fits);
    const shown = plot && memory.busy ? around(plot.range, range) : range;
    if (plot?.frame === frameOf(view, shown)) place(plot);
    else open(shown);
  };
  /** @type {(position: number) => void} */
  const draw = (position) => {
    if (!plot) return;
    const { mark, dots, x, y } = plot;
    mark.setAttribute("transform", `translate(${x(position).toFixed(2)} 0)`);
    view.fits.forEach(({ kept, queryLoss, waiting }, i) => {
      const shown = Math.min(position, kept - 1);
      const [loss] = rowAt(queryLoss, 1, shown, [0]);
      const gone = kept <= view.steps && shown === kept - 1;
      dots[i].style.visibility = gone || waiting || isUnmeasured(view) ? "hidden" : "";
      dots[i].setAttribute("cx", x(shown).toFixed(2));
      dots[i].setAttribute("cy", y(loss).toFixed(2));
    });
  };
  return { layout, renew, draw };
}

/** What the chart's axes depend on.
 *
 * @type {(view: View, range: Range) => string}
 */
const frameOf = ({ fits }, range) => [...range, ...fits.map(({ kept }) => kept)].join();

/** @type {(one: Range, other: Range) => Range} */
const around = ([low, high], [lower, higher]) => [Math.min(low, lower), Math.max(high, higher)];

/**
 * @type {(chart: SVGSVGElement, size: [width: number, height: number], view: View, theme: Theme,
 *   range: Range) => LossAxes}
 */
function drawLossAxes(chart, [width, height], view, theme, range) {
  const { rem } = theme;
  const stays = view.fits.filter(({ kept }) => kept > view.steps).map(({ label }) => label);
  const widest = Math.max(0, ...stays.map((label) => textWidth(label, theme)));
  const named = view.steps > 0 && widest < 0.3 * width;
  const right = named ? widest / rem + 1.3 : 0.8;
  const area = plotArea(width, height, rem, { left: 2.7, right, top: 1.9, bottom: 2.4 });
  const x = linearScale([0, view.steps], [area.left, area.right]);
  const y = logScale(range, [area.bottom, area.top]);
  startChart(chart, width, height, area);
  const yTicks = lossTicks(range, (area.bottom - area.top) / (1.6 * rem));
  const xTicks = stepTicks(view.steps, (area.right - area.left) / (2 * rem));
  drawAxes(chart, area, { x, y, xTicks, yTicks, xName: "inner step", yName: "loss (log scale)" });
  return { chart, area, x, y, range, named, theme, frame: frameOf(view, range) };
}

/** @type {(steps: number, count: number) => Tick[]} */
function stepTicks(steps, count) {
  const ticks = linearTicks([0, Math.max(1, steps)], count);
  const whole = ticks.filter((value) => Number.isInteger(value) && value <= steps);
  return whole.map((value) => [value, String(value)]);
}

/** All losses with a little room, at most twelve powers of ten (a loss may be exactly 0).
 *
 *  Ends lie on halves of a power of ten, so that they stay where they are while losses change.
 *
 * @type {(fits: Fit[]) => Range}
 */
function lossRange(fits) {
  const losses = fits.flatMap(({ supportLoss, queryLoss }) => [...supportLoss, ...queryLoss]);
  const positive = losses.filter((loss) => loss > 0);
  const high = positive.length ? Math.max(...positive) : 1;
  const low = Math.max(positive.length ? Math.min(...positive) : 0.1, high * 1e-12);
  /** @type {(value: number, round: (value: number) => number) => number} */
  const halves = (value, round) => 10 ** (round(2 * Math.log10(value)) / 2);
  return [halves(low / 1.1, Math.floor), halves(high * 1.1, Math.ceil)];
}

/** @type {(axes: LossAxes) => SVGGElement} */
function stepMark({ chart, area }) {
  const mark = svg(chart, "g", { class: "mark", "data-testid": "step-mark" });
  svg(mark, "line", { x1: 0, x2: 0, y1: area.top, y2: area.bottom });
  return mark;
}

/** The lines and markers of one learner, still without places.
 *
 * @type {(axes: LossAxes, fit: Fit, ink: string, steps: number) => LossLines}
 */
function openLosses({ chart, area, theme }, fit, ink, steps) {
  const group = svg(chart, "g", { "data-learner": fit.label, style: `--ink: ${ink}` });
  const spacing = (area.right - area.left) / Math.max(1, steps);
  const every = Math.max(1, Math.ceil((0.55 * theme.rem) / spacing));
  /** @type {(role: string, marker: string) => LossLine} */
  const open = (role, marker) => {
    const style = { class: `line ${role}-line`, "data-role": role, "stroke-dasharray": fit.dash };
    const path = svg(group, "path", style);
    /** @type {LossLine["markers"]} */
    const markers = [];
    for (let step = 0; step < fit.kept; step += every) {
      markers.push([step, svg(group, "circle", { class: marker, r: 0.2 * theme.rem })]);
    }
    return { path, markers };
  };
  return { group, support: open("support", "hollow"), query: open("query", "dot") };
}

/** Moves both lines to the losses; of those that are not shown there is nothing to draw.
 *
 * @type {(plot: LossPlot, lines: LossLines, fit: Fit,
 *   shown: { support: boolean, query: boolean }) => void}
 */
function placeLosses({ x, y }, { group, support, query }, fit, shown) {
  const xs = Array.from({ length: fit.kept }, (_, step) => x(step));
  /** @type {(line: LossLine, losses: Float32Array, isShown: boolean) => void} */
  const place = ({ path, markers }, losses, isShown) => {
    const ys = Array.from(losses, y);
    path.setAttribute("d", isShown ? polyline(xs, ys) : "");
    markers.forEach(([step, circle]) => {
      circle.setAttribute("cx", xs[step].toFixed(2));
      circle.setAttribute("cy", ys[step].toFixed(2));
      circle.style.visibility = isShown ? "" : "hidden";
    });
  };
  place(support, fit.supportLoss, shown.support);
  place(query, fit.queryLoss, shown.query);
  group.classList.toggle("waiting", Boolean(fit.waiting));
}

/** Names at the right end of the lines; for those that left the chart, a cross and a sentence.
 *
 * @type {(plot: LossPlot, view: View, inks: string[]) => void}
 */
function labelEnds(plot, view, inks) {
  const { x, y, area, named, names } = plot;
  if (isUnmeasured(view)) return;
  const ends = view.fits.map(({ label, kept, queryLoss }, i) =>
    ({ label, kept, ink: inks[i], x: x(kept - 1), y: y(queryLoss[kept - 1]) }));
  const gone = ends.filter(({ kept }) => kept <= view.steps);
  gone.forEach((end) => drawCross(plot, end));
  spread(gone, plot).forEach((end) => sayLeft(plot, end));
  if (!named) return;
  const stays = ends.filter(({ kept }) => kept > view.steps);
  spread(stays, plot).forEach(({ label, ink, y: from, at }) => {
    const { rem } = area;
    const line = { x1: area.right + 0.3 * rem, y1: from, x2: area.right + 0.75 * rem, y2: at };
    svg(names, "line", { class: "leader", style: `--ink: ${ink}`, ...line });
    svg(names, "text", { class: "label", x: area.right + rem, y: at + 0.28 * rem }, label);
  });
}

/** The items with `at`, their y moved apart just enough for one line of text each.
 *
 * @type {(items: LossEnd[], plot: LossPlot) => (LossEnd & Spread)[]}
 */
function spread(items, { area }) {
  const gap = 1.1 * area.rem;
  const sorted = [...items].sort((a, b) => a.y - b.y).map((item) => ({ ...item, at: item.y }));
  let free = area.top;
  sorted.forEach((item) => {
    item.at = Math.max(item.at, free);
    free = item.at + gap;
  });
  free = area.bottom;
  sorted.reverse().forEach((item) => {
    item.at = Math.min(item.at, free);
    free = item.at - gap;
  });
  return sorted;
}

/** @type {(plot: LossPlot, end: LossEnd) => void} */
function drawCross({ names, area }, { x, y, ink }) {
  const r = 0.4 * area.rem;
  const d = `M${x - r} ${y - r}L${x + r} ${y + r}M${x - r} ${y + r}L${x + r} ${y - r}`;
  svg(names, "path", { class: "cross", "data-role": "left", style: `--ink: ${ink}`, d });
}

/** "… left the chart at step n", on the side of the cross where it fits.
 *
 * @type {(plot: LossPlot, end: LossEnd & Spread) => void}
 */
function sayLeft({ names, area, theme }, { label, kept, x, at }) {
  const space = 0.7 * area.rem;
  const texts = [`${label} ${leftAt(kept)}`, leftAt(kept)];
  /** @type {(text: string) => boolean} */
  const fits = (text) => x + space + textWidth(text, theme) <= area.right;
  const text = texts.find(fits);
  const place = { class: "label", y: at + 0.28 * area.rem };
  if (text) svg(names, "text", { ...place, x: x + space }, text);
  else svg(names, "text", { ...place, x: x - space, "text-anchor": "end" }, texts[1]);
}

// ---------------------------------------------------------------- picking a step

/** The inner step below the pointer in the loss chart.
 *
 * @type {(chart: SVGSVGElement, event: Pointed, steps: number) => number}
 */
export function stepUnder(chart, event, steps) {
  const [left, right] = /** @type {string} */ (chart.dataset.plotX).split(" ").map(Number);
  const x = event.clientX - chart.getBoundingClientRect().left;
  return clamp(Math.round(((x - left) / (right - left)) * steps), 0, steps);
}

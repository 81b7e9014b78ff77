/* A pad: one point dragged over two ranges, such as phase × amplitude.
 *
 *   openPad(host, { label, x: axis, y: axis, onMove(x, y, "drag" | "key"), onRelease(x, y) })
 *     → { element, layout(theme), show(x, y), mark([x, y] | null) }
 *   axis   name, unit, low, high, step, training: [low, high]
 *
 * Arrow keys move by one step, with Shift by ten; Home and End go to the ends of x, Page Up and
 * Page Down to those of y. `onRelease` comes once: when the pointer goes up, or RELEASE_MS after
 * the last key was let go. Values lie on the steps of their axis. `mark` draws a ring at a second
 * place. The styles are in pad.css.
 */

import { axisTitle, padTicks, snapped } from "./axis.js";
import { drawAxes, html, plotArea, svg } from "./drawing.js";
import { releaseAfterKeys } from "./keys.js";
import { clamp, linearScale } from "./scales.js";
import { formatTick } from "./words.js";

const PAD_STEPS = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1],
  Home: [-Infinity, 0], End: [Infinity, 0],
  PageDown: [0, -Infinity], PageUp: [0, Infinity],
};

export function openPad(host, { label, x: xAxis, y: yAxis, onMove, onRelease }) {
  const element = html(host, "div", { class: "pad", tabindex: "0", role: "application" });
  const chart = svg(element, "svg", { "aria-hidden": "true" });
  const pad = { label, xAxis, yAxis, element, chart, second: null, shown: false, used: false };
  pad.value = [xAxis.low, yAxis.low];
  const move = (x, y, how) => {
    const wanted = [snapped(x, xAxis), snapped(y, yAxis)];
    if (wanted.every((number, i) => number === pad.value[i])) return false;
    showOnPad(pad, wanted);
    onMove(...wanted, how);
    return true;
  };
  listenToPadPointer(pad, move, () => onRelease(...pad.value));
  listenToPadKeys(pad, move, () => onRelease(...pad.value));
  return {
    element,
    layout: (theme) => layoutPad(pad, theme),
    show: (x, y) => showOnPad(pad, [x, y]),
    mark(place) {
      pad.second = place;
      placeRing(pad);
    },
  };
}

// ---------------------------------------------------------------- drawing

const PAD_MARGINS = { left: 1.7, right: 0.6, top: 1.6, bottom: 2.5 };

/** Draws the axes and the training range; the plot is as high as it is wide, within limits. */
function layoutPad(pad, theme) {
  const { rem } = theme;
  const width = pad.element.clientWidth;
  const space = width - (PAD_MARGINS.left + PAD_MARGINS.right) * rem;
  const plotHeight = clamp(space, 6 * rem, 13.5 * rem);
  const height = plotHeight + (PAD_MARGINS.top + PAD_MARGINS.bottom) * rem;
  const area = plotArea(width, height, rem, PAD_MARGINS);
  const x = linearScale([pad.xAxis.low, pad.xAxis.high], [area.left, area.right]);
  const y = linearScale([pad.yAxis.low, pad.yAxis.high], [area.bottom, area.top]);
  pad.scales = { x, y, area };
  pad.chart.replaceChildren();
  pad.chart.setAttribute("viewBox", `0 0 ${width} ${height}`);
  pad.chart.style.height = `${height}px`;
  drawAxes(pad.chart, area, {
    x, y, xTicks: padTicks(pad.xAxis, space / (2.5 * rem)),
    yTicks: padTicks(pad.yAxis, plotHeight / (2 * rem)),
    xName: axisTitle(pad.xAxis), yName: axisTitle(pad.yAxis),
  });
  drawTraining(pad, rem);
  drawHandle(pad, rem);
  if (pad.shown) showOnPad(pad, pad.value);
  placeRing(pad);
}

function drawTraining({ chart, scales: { x, y }, xAxis, yAxis }, rem) {
  const [left, right] = xAxis.training.map(x);
  const [bottom, top] = yAxis.training.map(y);
  const frame = { x: left, y: top, width: right - left, height: bottom - top };
  svg(chart, "rect", { class: "training", ...frame });
  const place = { class: "training-name", x: left + 0.4 * rem, y: top + 1 * rem };
  svg(chart, "text", place, "training range");
}

function drawHandle(pad, rem) {
  const { chart, scales: { area: { left, right, top, bottom } } } = pad;
  pad.across = svg(chart, "line", { class: "guide", x1: left, x2: right });
  pad.up = svg(chart, "line", { class: "guide", y1: top, y2: bottom });
  pad.ring = svg(chart, "circle", { class: "ring", r: 0.5 * rem });
  if (!pad.used) pad.hint = svg(chart, "text", { class: "hint" }, "drag");
  pad.handle = svg(chart, "circle", { class: "handle", r: 0.6 * rem, "data-testid": "pad-handle" });
}

const named = (axis, number) => `${axisTitle(axis)} ${formatTick(number)}`;

function showOnPad(pad, value) {
  if (pad.shown && value.some((number, i) => number !== pad.value[i])) pad.used = true;
  Object.assign(pad, { value, shown: true });
  const words = [pad.xAxis, pad.yAxis].map((axis, i) => named(axis, value[i]));
  pad.element.setAttribute("aria-label", `${pad.label}: ${words.join(", ")}. Arrow keys move it.`);
  if (!pad.scales) return;
  const [x, y] = [pad.scales.x(value[0]), pad.scales.y(value[1])];
  pad.handle.setAttribute("cx", x);
  pad.handle.setAttribute("cy", y);
  placeHint(pad, x, y);
  [["y1", y], ["y2", y]].forEach(([name, place]) => pad.across.setAttribute(name, place));
  [["x1", x], ["x2", x]].forEach(([name, place]) => pad.up.setAttribute(name, place));
}

/** Until the pad is first used, a word beside the handle says what it is for. */
function placeHint({ hint, used, scales: { area } }, x, y) {
  if (used) return hint?.remove();
  const toRight = x < (area.left + area.right) / 2;
  hint.setAttribute("x", x + (toRight ? 0.9 : -0.9) * area.rem);
  hint.setAttribute("y", y - 0.5 * area.rem);
  hint.setAttribute("text-anchor", toRight ? "start" : "end");
}

function placeRing({ ring, second, scales }) {
  if (!scales) return;
  ring.style.display = second ? "" : "none";
  if (!second) return;
  ring.setAttribute("cx", scales.x(second[0]));
  ring.setAttribute("cy", scales.y(second[1]));
}

// ---------------------------------------------------------------- listening

/** A drag begins anywhere on the pad, goes on outside, and ends when the pointer goes up. */
function listenToPadPointer(pad, move, release) {
  const { element } = pad;
  let pointer = null;
  let moved = false;
  const drag = (event) => {
    if (event.pointerId !== pointer || !pad.scales) return;
    moved = move(...padValueUnder(pad, event), "drag") || moved;
  };
  const drop = (event) => {
    if (event.pointerId !== pointer) return;
    pointer = null;
    if (moved) release();
  };
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || pointer !== null) return;
    [pointer, moved] = [event.pointerId, false];
    element.setPointerCapture(pointer);
    drag(event);
  });
  element.addEventListener("pointermove", drag);
  ["pointerup", "pointercancel", "lostpointercapture"].forEach((type) =>
    element.addEventListener(type, drop));
}

function padValueUnder({ chart, scales: { area }, xAxis, yAxis }, event) {
  const box = chart.getBoundingClientRect();
  const scale = chart.viewBox.baseVal.width / box.width;
  const x = linearScale([area.left, area.right], [xAxis.low, xAxis.high]);
  const y = linearScale([area.bottom, area.top], [yAxis.low, yAxis.high]);
  return [x((event.clientX - box.left) * scale), y((event.clientY - box.top) * scale)];
}

function listenToPadKeys(pad, move, release) {
  const { element, xAxis, yAxis } = pad;
  const settle = releaseAfterKeys(element, release);
  element.addEventListener("keydown", (event) => {
    const { key, shiftKey } = event;
    if (!(key in PAD_STEPS) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const by = PAD_STEPS[key].map((count) => (shiftKey ? 10 * count : count));
    const [x, y] = [xAxis, yAxis].map(({ step }, i) => pad.value[i] + by[i] * step);
    if (move(x, y, "key")) settle();
  });
}

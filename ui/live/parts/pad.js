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

/** @import { Area, Pad, PadOptions, Point, Scale, TaskAxis, Theme } from "./types.js" */
/** @typedef {(x: number, y: number, how: "drag" | "key") => boolean} Move */
/**
 * What stands after the pad is made, and what the first layout adds.
 *
 * @typedef {{
 *   label: string, xAxis: TaskAxis, yAxis: TaskAxis, element: HTMLElement, chart: SVGSVGElement,
 *   value: Point, second: Point | null, shown: boolean, used: boolean, drawn: Drawn | null,
 * }} OpenPad
 * @typedef {{
 *   across: SVGLineElement, up: SVGLineElement, ring: SVGCircleElement, handle: SVGCircleElement,
 *   hint: SVGTextElement | null,
 * }} Handle
 * @typedef {{ x: Scale, y: Scale, area: Area } & Handle} Drawn
 */

/** @type {Record<string, Point>} */
const PAD_STEPS = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1],
  Home: [-Infinity, 0], End: [Infinity, 0],
  PageDown: [0, -Infinity], PageUp: [0, Infinity],
};

/** @type {(host: Element, options: PadOptions) => Pad} */
export function openPad(host, { label, x: xAxis, y: yAxis, onMove, onRelease }) {
  const element = html(host, "div", { class: "pad", tabindex: "0", role: "application" });
  const chart = svg(element, "svg", { "aria-hidden": "true" });
  /** @type {OpenPad} */
  const pad = {
    label, xAxis, yAxis, element, chart, value: [xAxis.low, yAxis.low], second: null,
    shown: false, used: false, drawn: null,
  };
  /** @type {Move} */
  const move = (x, y, how) => {
    const wanted = /** @type {Point} */ ([snapped(x, xAxis), snapped(y, yAxis)]);
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

/** Draws the axes and the training range; the plot is as high as it is wide, within limits.
 *
 * @type {(pad: OpenPad, theme: Theme) => void}
 */
function layoutPad(pad, theme) {
  const { rem } = theme;
  const width = pad.element.clientWidth;
  const space = width - (PAD_MARGINS.left + PAD_MARGINS.right) * rem;
  const plotHeight = clamp(space, 6 * rem, 13.5 * rem);
  const height = plotHeight + (PAD_MARGINS.top + PAD_MARGINS.bottom) * rem;
  const area = plotArea(width, height, rem, PAD_MARGINS);
  const x = linearScale([pad.xAxis.low, pad.xAxis.high], [area.left, area.right]);
  const y = linearScale([pad.yAxis.low, pad.yAxis.high], [area.bottom, area.top]);
  pad.chart.replaceChildren();
  pad.chart.setAttribute("viewBox", `0 0 ${width} ${height}`);
  pad.chart.style.height = `${height}px`;
  drawAxes(pad.chart, area, {
    x, y, xTicks: padTicks(pad.xAxis, space / (2.5 * rem)),
    yTicks: padTicks(pad.yAxis, plotHeight / (2 * rem)),
    xName: axisTitle(pad.xAxis), yName: axisTitle(pad.yAxis),
  });
  drawTraining(pad, x, y, rem);
  pad.drawn = { x, y, area, ...drawHandle(pad, area) };
  if (pad.shown) showOnPad(pad, pad.value);
  placeRing(pad);
}

/** @type {(pad: OpenPad, x: Scale, y: Scale, rem: number) => void} */
function drawTraining({ chart, xAxis, yAxis }, x, y, rem) {
  const [left, right] = xAxis.training.map(x);
  const [bottom, top] = yAxis.training.map(y);
  const frame = { x: left, y: top, width: right - left, height: bottom - top };
  svg(chart, "rect", { class: "training", ...frame });
  const place = { class: "training-name", x: left + 0.4 * rem, y: top + 1 * rem };
  svg(chart, "text", place, "trained");
}

/** @type {(pad: OpenPad, area: Area) => Handle} */
function drawHandle({ chart, used }, { left, right, top, bottom, rem }) {
  return {
    across: svg(chart, "line", { class: "guide", x1: left, x2: right }),
    up: svg(chart, "line", { class: "guide", y1: top, y2: bottom }),
    ring: svg(chart, "circle", { class: "ring", r: 0.5 * rem }),
    hint: used ? null : svg(chart, "text", { class: "hint" }, "drag"),
    handle: svg(chart, "circle", { class: "handle", r: 0.6 * rem, "data-testid": "pad-handle" }),
  };
}

/** @type {(axis: TaskAxis, number: number) => string} */
const named = (axis, number) => `${axisTitle(axis)} ${formatTick(number)}`;

/** @type {(pad: OpenPad, value: Point) => void} */
function showOnPad(pad, value) {
  if (pad.shown && value.some((number, i) => number !== pad.value[i])) pad.used = true;
  Object.assign(pad, { value, shown: true });
  const words = [pad.xAxis, pad.yAxis].map((axis, i) => named(axis, value[i]));
  pad.element.setAttribute("aria-label", `${pad.label}: ${words.join(", ")}. Arrow keys move it.`);
  if (!pad.drawn) return;
  const { drawn: { handle, across, up } } = pad;
  const [x, y] = [pad.drawn.x(value[0]), pad.drawn.y(value[1])];
  put(handle, { cx: x, cy: y });
  placeHint(pad.drawn, pad.used, x, y);
  put(across, { y1: y, y2: y });
  put(up, { x1: x, x2: x });
}

/** @type {(shape: SVGElement, places: Record<string, number>) => void} */
const put = (shape, places) =>
  Object.entries(places).forEach(([name, place]) => shape.setAttribute(name, String(place)));

/** Until the pad is first used, a word beside the handle says what it is for.
 *
 * @type {(drawn: Drawn, used: boolean, x: number, y: number) => void}
 */
function placeHint({ hint, area }, used, x, y) {
  if (used) hint?.remove();
  if (used || !hint) return;
  const toRight = x < (area.left + area.right) / 2;
  put(hint, { x: x + (toRight ? 0.9 : -0.9) * area.rem, y: y - 0.5 * area.rem });
  hint.setAttribute("text-anchor", toRight ? "start" : "end");
}

/** @type {(pad: OpenPad) => void} */
function placeRing({ drawn, second }) {
  if (!drawn) return;
  drawn.ring.style.display = second ? "" : "none";
  if (second) put(drawn.ring, { cx: drawn.x(second[0]), cy: drawn.y(second[1]) });
}

// ---------------------------------------------------------------- listening

/** A drag begins anywhere on the pad, goes on outside, and ends when the pointer goes up.
 *
 * @type {(pad: OpenPad, move: Move, release: () => void) => void}
 */
function listenToPadPointer(pad, move, release) {
  const { element } = pad;
  /** @type {number | null} */
  let pointer = null;
  let moved = false;
  /** @type {(event: PointerEvent) => void} */
  const drag = (event) => {
    if (event.pointerId !== pointer || !pad.drawn) return;
    moved = move(...padValueUnder(pad, pad.drawn, event), "drag") || moved;
  };
  /** @type {(event: PointerEvent) => void} */
  const drop = (event) => {
    if (event.pointerId !== pointer) return;
    pointer = null;
    if (moved) release();
  };
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || pointer !== null) return;
    [pointer, moved] = [event.pointerId, false];
    element.setPointerCapture(event.pointerId);
    drag(event);
  });
  element.addEventListener("pointermove", drag);
  element.addEventListener("pointerup", drop);
  element.addEventListener("pointercancel", drop);
  element.addEventListener("lostpointercapture", drop);
}

/** @type {(pad: OpenPad, drawn: Drawn, event: PointerEvent) => Point} */
function padValueUnder({ chart, xAxis, yAxis }, { area }, event) {
  const box = chart.getBoundingClientRect();
  const scale = chart.viewBox.baseVal.width / box.width;
  const x = linearScale([area.left, area.right], [xAxis.low, xAxis.high]);
  const y = linearScale([area.bottom, area.top], [yAxis.low, yAxis.high]);
  return [x((event.clientX - box.left) * scale), y((event.clientY - box.top) * scale)];
}

/** @type {(pad: OpenPad, move: Move, release: () => void) => void} */
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

/* The weight loom: drag a task; the weights that the hypernetwork writes and the curve they draw
 * move with it. Everything is computed here; the server hears of a task when it is let go.
 *
 * `data` is what ui/live/loom/loom.py sends:
 *   model                name of the hypernetwork, as models.py publishes it
 *   revision             number of the last edit that the server has taken in
 *   entries[]            amplitude, phase: key, name, unit, low, high, step, training, and
 *                        `trained`, the training range in words
 *   values[]             the server's value of each entry
 *   weightMap, weightRange, colour, xRange, yRange
 * It hears `edit`: {revision, amplitude, phase}, once when a task is let go.
 *
 * The state lives on the shadow root as `weightLoom` and is built once: Streamlit calls the default
 * function again for new data and for a new theme, also in the middle of a drag. While
 * `window.hypernetBench` is true, `loomFrames` on the shadow root collects the milliseconds of each
 * frame, for the benchmark.
 */

import { lossOf, predict, writeWeights } from "../model/network.js";
import { modelNamed, onModel } from "../model/published.js";
import { axisTitle } from "../parts/axis.js";
import { movedMore } from "../parts/cell_story.js";
import { readTheme } from "../parts/colours.js";
import { html } from "../parts/drawing.js";
import { releaseAfterKeys } from "../parts/keys.js";
import { openPad } from "../parts/pad.js";
import { listenToPins } from "../parts/pins.js";
import { MINUS, formatNumber } from "../parts/words.js";
import { openCurve } from "./curve.js";
import { openMaps } from "./weights.js";

/** @import { On } from "../parts/types.js" */
/** @import { Drawn, Entry, Loom, LoomComponent, Page, Picture, Root } from "./types.js" */

const QUERY_POINTS = 100;

/** @type {(component: LoomComponent) => () => void} */
export default function (component) {
  const { parentElement: root } = component;
  const loom = (root.weightLoom ??= openLoom(root, component));
  receive(loom, component);
  return () => loom.rest();
}

/** @type {(root: Root, component: LoomComponent) => Loom} */
function openLoom(root, { data, setTriggerValue }) {
  const page = findLoomParts(root);
  /** @type {Loom} */
  const loom = {
    root, page, data, send: setTriggerValue, theme: readTheme(page.loom),
    values: data.values, before: data.values, received: data.revision, sent: data.revision,
    moving: false, varied: 0, cell: null, now: null, pinned: null, difference: false,
    grid: Float32Array.from({ length: QUERY_POINTS }, (_, i) =>
      data.xRange[0] + ((data.xRange[1] - data.xRange[0]) * i) / (QUERY_POINTS - 1)),
    model: null, controls: null, maps: null, curve: null, frame: 0,
    redraw: () => schedule(loom), rest: () => {},
  };
  page.problem.classList.remove("waiting");
  showLoomProblem(page, "");
  loom.controls = openControls(loom);
  loom.curve = openCurve(loom);
  /** @type {On} */
  const on = (target, type, act) =>
    target.addEventListener(type, /** @type {EventListener} */ (act));
  listenToPins(on, page, loom, () => (loom.pinned = loom.now), loom.redraw);
  return loom;
}

/** @type {(root: Root) => Page} */
function findLoomParts(root) {
  /** @type {(selector: string) => HTMLElement} */
  const find = (selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
  /** @type {(selector: string) => SVGSVGElement} */
  const findChart = (selector) => /** @type {SVGSVGElement} */ (root.querySelector(selector));
  return {
    loom: find(".loom"), problem: find(".problem"), stations: find(".stations"),
    pictures: [find(".write"), find(".draw"), find(".buttons")],
    task: find(".task"), sliders: find(".sliders"), pin: find(".pin"), unpin: find(".unpin"),
    written: find(".write h2"), modes: find(".modes"), plainButton: find(".plain"),
    differenceButton: find(".difference"), maps: find(".maps"), cell: find(".cell"),
    sweep: findChart(".sweep"), chart: findChart(".chart"), legend: find(".legend"),
    error: find(".error strong"), outside: find(".outside"), spoken: find(".spoken"),
  };
}

/** With a problem, the task can still be dragged: the server draws it when it is let go.
 *
 * @type {(page: Page, sentence: string) => void}
 */
function showLoomProblem(page, sentence) {
  page.problem.textContent = sentence;
  page.problem.hidden = !sentence;
  page.stations.hidden = false;
  page.pictures.forEach((picture) => (picture.hidden = Boolean(sentence)));
}

/** Takes in what the server says; the visitor's hand and an edit on its way come first.
 *
 * @type {(loom: Loom, component: LoomComponent) => void}
 */
function receive(loom, { data, setTriggerValue: send }) {
  const anew = data.revision < loom.received;
  if (anew) loom.sent = data.revision;
  Object.assign(loom, { data, send, received: data.revision });
  if (!loom.moving && data.revision >= loom.sent) loom.values = data.values;
  loom.theme = readTheme(loom.page.loom);
  loom.page.loom.style.colorScheme = loom.theme.dark ? "dark" : "light";
  loom.rest();
  const stopListening = onModel((name) => {
    if (name === data.model) findModel(loom);
  });
  findModel(loom);
  const watcher = watchLoom(loom);
  loom.rest = () => {
    stopListening();
    watcher.disconnect();
    cancelAnimationFrame(loom.frame);
    loom.frame = 0;
  };
}

/** @type {(loom: Loom) => void} */
function findModel(loom) {
  try {
    const model = modelNamed(loom.data.model);
    if (!model || model === loom.model) return;
    loom.model = model;
    loom.maps = openMaps(loom, model);
    if (loom.theme.rem) loom.maps.layout();
    schedule(loom);
  } catch (error) {
    const { message } = /** @type {Error} */ (error);
    const words = `The live picture cannot be drawn: ${message}. Below, the server draws it.`;
    showLoomProblem(loom.page, words);
  }
}

/** Lays everything out now and whenever the width or the base font size changes.
 *
 * @type {(loom: Loom) => ResizeObserver}
 */
function watchLoom(loom) {
  const { page, theme } = loom;
  let width = 0;
  const fit = () => {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    if (!page.loom.clientWidth || (page.loom.clientWidth === width && rem === theme.rem)) return;
    width = page.loom.clientWidth;
    theme.rem = rem;
    [loom.controls, loom.maps, loom.curve].forEach((part) => part?.layout());
    schedule(loom);
  };
  fit();
  const watcher = new ResizeObserver(fit);
  watcher.observe(page.loom);
  return watcher;
}

// ---------------------------------------------------------------- one frame

/** Draws before the next repaint, once however often it is called.
 *
 * @type {(loom: Loom) => void}
 */
function schedule(loom) {
  loom.frame ||= requestAnimationFrame(() => {
    loom.frame = 0;
    const start = performance.now();
    draw(loom);
    if (window.hypernetBench) (loom.root.loomFrames ??= []).push(performance.now() - start);
  });
}

/** @type {(loom: Loom) => void} */
function draw(loom) {
  const { model, values, grid } = loom;
  loom.controls?.draw();
  if (!model || !loom.theme.rem) return;
  const weights = writeWeights(model, values, null);
  const prediction = predict(model, weights, grid, QUERY_POINTS);
  const truth = grid.map((x) => values[0] * Math.sin(x - values[1]));
  const error = lossOf(model, prediction, truth, QUERY_POINTS);
  const now = { values, weights, prediction, truth, error };
  loom.now = now;
  loom.maps?.draw(model, now);
  loom.curve?.draw(model, now);
  drawLoomWords(loom, now);
}

/** @type {(loom: Loom, now: Drawn) => void} */
function drawLoomWords({ page, data, moving }, now) {
  page.error.textContent = formatNumber(now.error);
  const words = outsideSentence(data.entries, now.values);
  if (page.outside.textContent !== words) page.outside.textContent = words;
  page.outside.hidden = !words;
  if (!moving) page.chart.setAttribute("aria-label", fitSentence(now));
}

/** @type {(now: Drawn) => string} */
const fitSentence = ({ values: [amplitude, phase], error }) =>
  `The generated network draws ${amplitude} sin(x ${MINUS} ${phase}) for x from ${MINUS}5 to 5 ` +
  `with a mean squared error of ${formatNumber(error)}.`;

/** What lies outside the training range, in the words of ui/words.py; "" if nothing does.
 *
 * @type {(entries: Entry[], values: number[]) => string}
 */
function outsideSentence(entries, values) {
  const outside = entries.flatMap(({ key, training: [low, high], trained }, i) =>
    low <= values[i] && values[i] <= high ? [] : [`${key} ${values[i]} (trained on ${trained})`]);
  if (outside.length === 0) return "";
  return `Outside the training range: ${outside.join(", ")}. The learners extrapolate.`;
}

// ---------------------------------------------------------------- the task

/** The visitor moves the task; `varied` is the entry that moved more since it was last let go.
 *
 * @type {(loom: Loom, values: number[]) => void}
 */
function moveTo(loom, values) {
  if (!loom.moving) loom.before = loom.values;
  loom.moving = true;
  loom.values = values;
  loom.varied = movedMore(loom.before, values, loom.data.entries, loom.varied);
  schedule(loom);
}

/** The visitor lets the task go: the server hears of it, once.
 *
 * @type {(loom: Loom) => void}
 */
function letGo(loom) {
  loom.moving = false;
  if (!loom.root.isConnected) return;
  loom.sent += 1;
  const edit = loom.data.entries.map(({ key }, i) => [key, loom.values[i]]);
  loom.send("edit", { revision: loom.sent, ...Object.fromEntries(edit) });
  draw(loom);
  if (loom.now) loom.page.spoken.textContent = sentences(loom, loom.now).join(" ");
}

/** @type {(loom: Loom, now: Drawn) => string[]} */
const sentences = ({ data }, now) => [fitSentence(now), outsideSentence(data.entries, now.values)];

/** The pad and one slider for each entry; all show the same task.
 *
 * @type {(loom: Loom) => Picture}
 */
function openControls(loom) {
  const { page, data: { entries: [amplitude, phase] } } = loom;
  const pad = openPad(page.task, {
    label: "Task", x: phase, y: amplitude,
    onMove: (x, y) => moveTo(loom, [y, x]),
    onRelease: () => letGo(loom),
  });
  const sliders = loom.data.entries.map((entry, i) => openSlider(loom, entry, i));
  return {
    layout: () => pad.layout(loom.theme),
    draw() {
      pad.show(loom.values[1], loom.values[0]);
      pad.mark(loom.pinned && [loom.pinned.values[1], loom.pinned.values[0]]);
      sliders.forEach((slider, i) => slider.show(loom.values[i]));
    },
  };
}

/** @type {(loom: Loom, entry: Entry, i: number) => { show: (value: number) => void }} */
function openSlider(loom, entry, i) {
  const label = html(loom.page.sliders, "label");
  html(label, "span", {}, axisTitle(entry));
  const number = html(label, "span", { class: "number", "aria-hidden": "true" });
  const { low: min, high: max, step } = entry;
  const input = html(label, "input", { type: "range", min, max, step, "data-entry": entry.key });
  const settle = releaseAfterKeys(input, () => letGo(loom));
  let held = false;
  input.addEventListener("pointerdown", () => (held = true));
  input.addEventListener("input", () => {
    moveTo(loom, loom.values.with(i, Number(input.value)));
    if (!held) settle();
  });
  const drop = () => {
    if (held && loom.moving) letGo(loom);
    held = false;
  };
  ["pointerup", "pointercancel", "change"].forEach((type) => input.addEventListener(type, drop));
  return {
    show(value) {
      number.textContent = value.toFixed(1);
      if (Number(input.value) !== value) input.value = String(value);
      input.style.setProperty("--share", `${(100 * (value - min)) / (max - min)}%`);
    },
  };
}

/* The inner loops, run in the browser on the points as they are now.
 *
 *   points, task ── model of each learner ─► weights after 0, 1, … steps ─► curves or fields,
 *                                            losses, scores: the numbers of the view, replaced
 *
 *   data.live   models     name of each learner's model by its label; null: only Python runs it
 *               rate       α of all steps, or null for each model's own
 *               revision   number of the last edit that Python knows
 *               placed     whether the points are placed by hand
 *               most       as many points at most
 *               drawn      whether there are drawn points to go back to
 *               description[]   raw entries of the task's description
 *               descriptions | null   the same for each learner by its label, where they differ
 *               toldDials       by its label, the names of the dials whose values a learner is told
 *                               instead
 *               told | null     another task, whose weights all learners start from:
 *                               description[], count, x64 (count × inputs), y64 (count × outputs)
 *               pad | null      amplitude, phase: axes of the task pad (see pad.js) and `value`
 *               dials | null    the numbers of the task (see dials.js), each with its `value`
 *               law | null      the true curve in x and the dials' names, as a tree (formula.js)
 */

import { lawOf, readFormula } from "../model/formula.js";
import { descend, lossOf, predict, writeWeights } from "../model/network.js";
import { modelNamed } from "../model/published.js";
import { decodeFloats } from "../parts/bytes.js";
import { KINDS } from "./kinds.js";
import { waveAt } from "./live_edits.js";

/** @import { FormulaTree, Support, Weights } from "../model/types.js" */
/** @import { DialData, EditState, EditedView, Fit, Law, LiveData, LiveFit } from "./types.js" */
/** @import { LiveView, LoopData, LoopRun, PlacedPoint, Task, TaskData, TaskPad } from "./types.js" */
/** @import { Told, ViewWeights } from "./types.js" */
/** @typedef {Pick<LiveView, "task" | "law">} TaskLaw */

const DIVERGENCE_FACTOR = 1000;
/** No value of a law may be beyond this (hypernet/formula). */
const LARGEST = 1e6;

/** @type {(data: LiveData, ways: number) => LiveView} */
export function readLive(data, ways) {
  const { told, law, ...live } = data;
  return { ...live, ways, turns: 1, ...readTask(data), told: told && readTold(told, ways) };
}

/** @type {(data: TaskData) => TaskLaw} */
function readTask({ pad, dials, law }) {
  if (pad) return waveTask(pad);
  return dials ? dialTask(dials, law) : { task: null, law: null };
}

/** A task and its law: `key` names the law, `of(task)` is the true curve as a function of x.
 *
 * @type {(pad: TaskPad) => TaskLaw}
 */
function waveTask({ amplitude, phase }) {
  /** @type {Law["of"]} */
  const of = (task) => (x) => waveAt(task, x);
  return { task: { amplitude: amplitude.value, phase: phase.value }, law: { key: "wave", of } };
}

/** @type {(dials: DialData[], law: FormulaTree) => TaskLaw} */
function dialTask(dials, law) {
  const formula = readFormula(law);
  const task = Object.fromEntries(dials.map(({ name, value }) => [name, value]));
  return { task, law: { key: JSON.stringify(law), of: (values) => lawOf(formula, values) } };
}

/** Whether the true curve of a task is a number, of at most `LARGEST`, wherever it is needed.
 *
 * @type {(live: { law: Law }, task: Task, gridX: Float32Array, points: PlacedPoint[]) => boolean}
 */
export function hasCurve({ law }, task, gridX, points) {
  const curve = law.of(task);
  /** @type {(x: number) => boolean} */
  const good = (x) => Math.abs(curve(x)) <= LARGEST;
  return gridX.every(good) && points.every(([x]) => good(x));
}

/** @type {(told: NonNullable<LoopData["told"]>, ways: number) => Told} */
function readTold({ description, count, x64, y64 }, ways) {
  const x = decodeFloats(x64, count * (ways ? 2 : 1), "told x");
  const y = decodeFloats(y64, count * (ways || 1), "told y");
  return { description, support: { count, x, y } };
}

/** Each learner's model, and why it has none: `fit.model`, `fit.trouble`.
 *
 * @type {(view: { fits: Fit[], live: Pick<LiveView, "models"> }) => void}
 */
export function findModels({ fits, live }) {
  fits.forEach((fit) => {
    const name = live.models[fit.label];
    fit.model = undefined;
    fit.trouble = "";
    try {
      if (name) fit.model = modelNamed(name);
    } catch (error) {
      fit.trouble = `not live here: ${/** @type {Error} */ (error).message}`;
    }
  });
}

/** Replaces the numbers of the view by those of this state; who has no model waits for Python.
 *
 * @type {(view: EditedView, state: EditState) => void}
 */
export function followState(view, { points, task }) {
  const { live } = view;
  const support = supportOf(points, live.ways);
  Object.assign(view, { points, support });
  if (task && live.law && view.kind === "curves") view.truth = view.gridX.map(live.law.of(task));
  view.fits.forEach((fit) => {
    const description = descriptionFor(fit.label, live, task);
    const told = live.told ?? { description, support };
    fit.waiting = !isLive(fit) || !followLearner(fit, view, support, told);
  });
}

/** @type {(fit: Fit) => fit is LiveFit} */
function isLive(fit) {
  return Boolean(fit.model);
}

/** What a learner is told: the wave, the dials that it reads, or what Python says.
 *
 * @type {(label: string, live: LiveView, task: Task | null) => number[]}
 */
function descriptionFor(label, { pad, toldDials, descriptions, description }, task) {
  if (pad && task) return [task.amplitude, task.phase];
  const read = toldDials[label];
  return read && task ? read.map((name) => task[name]) : descriptions?.[label] ?? description;
}

/** @type {(points: PlacedPoint[], ways: number) => Support} */
function supportOf(points, ways) {
  const [nIn, nOut] = ways ? [2, ways] : [1, 1];
  const count = points.length;
  const support = { count, x: new Float32Array(nIn * count), y: new Float32Array(nOut * count) };
  points.forEach(([x, y, label = 0], i) => {
    support.x.set(ways ? [x, y] : [x], nIn * i);
    if (ways) support.y[nOut * i + label] = 1;
    else support.y[i] = y;
  });
  return support;
}

/** Runs every loop on the view as it is and keeps nothing: the browser compiles what it runs.
 *
 * @type {(view: EditedView) => void}
 */
export function rehearse(view) {
  const { live, points } = view;
  const support = supportOf(points, live.ways);
  view.fits.filter(isLive).forEach((fit) => {
    const description = descriptionFor(fit.label, live, live.task);
    runLoop(fit, { ...view, support }, support, live.told ?? { description, support });
  });
}

/** @type {(fit: LiveFit, view: EditedView, support: Support, told: Told) => LoopRun} */
function runLoop(fit, view, support, told) {
  const { model } = fit;
  const { live, steps } = view;
  const start = writeWeights(model, told.description, told.support);
  const trace = descend(model, start, support, steps, live.rate);
  const supportLoss = trace.map((weights) =>
    lossOf(model, predict(model, weights, support.x, support.count), support.y, support.count));
  return { trace, supportLoss, ...KINDS[view.kind].follow(fit, view, trace, supportLoss) };
}

/** Runs one learner; false where its first prediction is not a number.
 *
 * @type {(fit: LiveFit, view: EditedView, support: Support, told: Told) => boolean}
 */
function followLearner(fit, view, support, told) {
  const { trace, supportLoss, queryLoss, score, ...pictures } = runLoop(fit, view, support, told);
  const kept = usableEntries(supportLoss, newLosses(queryLoss, view.live.only));
  if (![supportLoss[0], queryLoss[0]].every(Number.isFinite)) return false;
  /** @type {(values: number[]) => Float32Array} */
  const usable = (values) => Float32Array.from(values.slice(0, kept)); // as Python sends them
  fit.score.values = usable(score);
  Object.assign(fit, pictures, { kept });
  Object.assign(fit, { supportLoss: usable(supportLoss), queryLoss: usable(queryLoss) });
  if (view.weights?.label === fit.label) followWeights(view.weights, trace, kept);
  return true;
}

/** The losses of this frame; a step whose turn it is not counts as the first one: what it was at
 *  other points says nothing of a divergence at these.
 *
 * @type {(losses: number[], only?: number[] | null) => number[]}
 */
const newLosses = (losses, only) =>
  losses.map((loss, step) => (!only || only.includes(step) ? loss : losses[0]));

/** How many entries come before a loss is not finite or over 1000 times the first; at least 1.
 *
 * @type {(...losses: number[][]) => number}
 */
export function usableEntries(...losses) {
  /** @type {(loss: number, values: number[]) => boolean} */
  const good = (loss, values) => loss <= DIVERGENCE_FACTOR * values[0] && loss < Infinity;
  const length = losses[0].length;
  const bad = losses.map((values) => values.findIndex((loss) => !good(loss, values)));
  return Math.max(1, Math.min(length, ...bad.filter((step) => step >= 0)));
}

/** @type {(weights: ViewWeights, trace: Weights[], kept: number) => void} */
function followWeights(weights, trace, kept) {
  weights.kept = kept;
  weights.tensors.forEach((tensor, i) => {
    tensor.values = new Float32Array(kept * tensor.size);
    trace.slice(0, kept).forEach((all, step) => tensor.values.set(all[i], step * tensor.size));
    tensor.first = tensor.values.subarray(0, tensor.size);
  });
}

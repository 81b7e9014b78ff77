/* What the player tells of the marked cell, and of the pinned wave; where there is a task pad.
 *
 * `memory.pinned` holds the task and, of the learner whose weights were shown, the label, `kept`
 * and the values of each tensor after each step.
 */

import {
  openSweep, passingLegend, sweepCell, unitName, unitOf, unitOver,
} from "../parts/cell_story.js";
import { readable } from "../parts/colours.js";
import { polyline } from "../parts/drawing.js";
import { pinnedWords } from "../parts/pins.js";
import { rowAt } from "../parts/scales.js";
import { cellIndex } from "../parts/weight_maps.js";
import { waveAt } from "./live_edits.js";

/** @import { Model } from "../model/types.js" */
/** @import { Cell, Sweep, TaskAxis, Theme } from "../parts/types.js" */
/** @import { CurvePanel, CurvesView, Memory, Page, Picture, PinnedWeights } from "./types.js" */
/** @import { Task, View, ViewWeights, WaveView } from "./types.js" */

/** The pictures of both; in the legend, the pinned wave stands before the hidden unit's place.
 *
 * @type {(page: Page, view: CurvesView, theme: Theme, memory: Memory, panels: CurvePanel[]) =>
 *   Picture[]}
 */
export function cellStories(page, view, theme, memory, panels) {
  const pinned = pinnedWave(page, view, memory, panels);
  if (!view.weights) return [pinned];
  const wave = /** @type {WaveView} */ (view);
  return [pinned, cellStory(page, wave, theme, memory, panels)];
}

/** The hidden unit of the marked cell in its learner's panel, and the weight along the description.
 *
 * The curve along the description is what the hypernetwork writes, before any step.
 *
 * @type {(page: Page, view: WaveView, theme: Theme, memory: Memory, panels: CurvePanel[]) =>
 *   Picture}
 */
function cellStory(page, view, theme, memory, panels) {
  const { label, tensors } = view.weights;
  const panel = /** @type {CurvePanel} */ (panels.find(({ fit }) => fit.label === label));
  const { fit } = panel;
  const legend = passingLegend(page.key, ["unit"]);
  const sweep = openSweep(page.sweep);
  let told = true;

  const showPlace = () => (page.along.hidden = fit.model?.encoder?.kind !== "description");
  const drawUnit = () => {
    const { model } = fit;
    const unit = model && memory.cell && unitOf(model, memory.cell);
    const now = tensors.map((tensor) => tensor.now);
    const ys = unit && unitOver(model, now, view.gridX, unit);
    panel.unit.setAttribute("d", ys ? polyline(panel.xs, ys.map(panel.scales.y)) : "");
    legend("unit", unit && unitName(unit));
  };
  /** @type {(step: number) => void} */
  const drawAlong = (step) => {
    const { cell } = memory;
    const { model } = fit;
    const tells = model && cell && !page.along.hidden;
    const along = tells ? cellAlong(model, view, memory, cell, step) : null;
    page.alongName.textContent = along ? alongWords(along.entry, step) : "";
    sweep.draw(along);
  };
  return {
    layout() {
      showPlace();
      page.along.style.setProperty("--ink", readable(fit.colour, theme));
      sweep.layout(page.maps.clientWidth, theme);
    },
    renew: showPlace,
    draw(_, step) {
      if (!memory.cell && !told) return;
      told = Boolean(memory.cell);
      drawUnit();
      drawAlong(Math.min(step, view.weights.kept - 1));
    },
  };
}

/** The marked weight as it is written along the entry of the task that was moved last.
 *
 * @type {(model: Model, view: WaveView, memory: Memory, cell: Cell, step: number) => Sweep}
 */
function cellAlong(model, view, { varied, edits }, cell, step) {
  const { amplitude, phase } = view.live.pad;
  const entries = [amplitude, phase];
  const task = /** @type {Task} */ (edits.state?.task);
  const values = [task.amplitude, task.phase];
  const tensor = view.weights.tensors[cell.tensor];
  const i = cellIndex(tensor, cell);
  /** @type {Sweep["marks"]} */
  const marks = [["dot", values[varied], tensor.first[i]]];
  if (step > 0) marks.unshift(["hollow", values[varied], tensor.now[i]]);
  const points = sweepCell(model, entries, values, varied, { tensor: cell.tensor, i });
  return { entry: entries[varied], points, marks, weightRange: view.weights.ranges.now };
}

/** @type {(entry: TaskAxis, step: number) => string} */
const alongWords = ({ name }, step) =>
  `as it is written along ${name}${step > 0 ? `; ring: after step ${step}` : ""}`;

// ---------------------------------------------------------------- the pinned wave

/** Pins the wave, and the weights that are shown, if they belong to it.
 *
 * @type {(view: View, memory: Memory) => void}
 */
export function pinWave({ weights, fits }, memory) {
  const task = /** @type {Task} */ (memory.edits.state?.task);
  const shown = fits.find((fit) => fit.label === weights?.label && !fit.waiting);
  memory.pinned = { task, ...(shown && weights && weightsOf(weights)) };
  memory.difference = true;
}

/** @type {(weights: ViewWeights) => PinnedWeights} */
const weightsOf = ({ label, kept, tensors }) =>
  ({ label, kept, values: tensors.map(({ values }) => values) });

/** The pinned true curve in every panel, and the pinned task on the pad.
 *
 * @type {(page: Page, view: CurvesView, memory: Memory, panels: CurvePanel[]) => Picture}
 */
function pinnedWave(page, view, memory, panels) {
  const legend = passingLegend(page.key, ["pinned"]);
  /** @type {Memory["pinned"]} */
  let drawn = null;
  return {
    layout: () => (drawn = null),
    renew: () => {},
    draw() {
      const { pinned } = memory;
      if (pinned === drawn) return;
      drawn = pinned;
      const ys = pinned && view.gridX.map((x) => waveAt(pinned.task, x));
      panels.forEach(({ pinned: line, xs, scales }) =>
        line.setAttribute("d", ys ? polyline(xs, ys.map(scales.y)) : ""));
      legend("pinned", pinned && pinnedWords(pinned.task.amplitude, pinned.task.phase));
      memory.pad?.mark(pinned && [pinned.task.phase, pinned.task.amplitude]);
    },
  };
}

/** Fills `pinned` of every tensor for a position between two steps, as far as it was pinned.
 *
 * @type {(weights: ViewWeights, pinned: Memory["pinned"], position: number) => void}
 */
export function computePinned({ label, tensors }, pinned, position) {
  const known = pinned && "label" in pinned && pinned.label === label ? pinned : null;
  const fits = known && tensors.every(({ size }, i) =>
    known.values[i]?.length === known.kept * size);
  tensors.forEach((tensor, i) => {
    if (!known || !fits) return (tensor.pinned = null);
    tensor.pinned ??= new Float32Array(tensor.size);
    return rowAt(known.values[i], tensor.size, Math.min(position, known.kept - 1), tensor.pinned);
  });
}

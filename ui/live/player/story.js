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

/** The pictures of both; in the legend, the pinned wave stands before the hidden unit's place. */
export function cellStories(page, view, theme, memory, panels) {
  const pinned = pinnedWave(page, view, memory, panels);
  return view.weights ? [pinned, cellStory(page, view, theme, memory, panels)] : [pinned];
}

/** The hidden unit of the marked cell in its learner's panel, and the weight along the description.
 *
 * The curve along the description is what the hypernetwork writes, before any step.
 */
function cellStory(page, view, theme, memory, panels) {
  const { label, tensors } = view.weights;
  const panel = panels.find(({ fit }) => fit.label === label);
  const { fit } = panel;
  const legend = passingLegend(page.key, ["unit"]);
  const sweep = openSweep(page.sweep);
  let told = true;

  const showPlace = () => (page.along.hidden = fit.model?.encoder?.kind !== "description");
  const drawUnit = () => {
    const unit = fit.model && memory.cell && unitOf(fit.model, memory.cell);
    const weights = tensors.map(({ now }) => now);
    const ys = unit ? unitOver(fit.model, weights, view.gridX, unit) : [];
    panel.unit.setAttribute("d", unit ? polyline(panel.xs, ys.map(panel.scales.y)) : "");
    legend("unit", unit && unitName(unit));
  };
  const drawAlong = (step) => {
    const tells = memory.cell && !page.along.hidden;
    const along = tells && cellAlong(fit.model, view, memory, step);
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

/** The marked weight as it is written along the entry of the task that was moved last. */
function cellAlong(model, view, { cell, varied, edits }, step) {
  const { amplitude, phase } = view.live.pad;
  const entries = [amplitude, phase];
  const { task } = edits.state;
  const values = [task.amplitude, task.phase];
  const tensor = view.weights.tensors[cell.tensor];
  const i = cellIndex(tensor, cell);
  const marks = [["dot", values[varied], tensor.first[i]]];
  if (step > 0) marks.unshift(["hollow", values[varied], tensor.now[i]]);
  const points = sweepCell(model, entries, values, varied, { tensor: cell.tensor, i });
  return { entry: entries[varied], points, marks, weightRange: view.weights.ranges.now };
}

const alongWords = ({ name }, step) =>
  `as it is written along ${name}${step > 0 ? `; ring: after step ${step}` : ""}`;

// ---------------------------------------------------------------- the pinned wave

/** Pins the wave, and the weights that are shown, if they belong to it. */
export function pinWave({ weights, fits }, memory) {
  const { task } = memory.edits.state;
  const shown = fits.find((fit) => fit.label === weights?.label && !fit.waiting);
  memory.pinned = { task, ...(shown && weightsOf(weights)) };
  memory.difference = true;
}

const weightsOf = ({ label, kept, tensors }) =>
  ({ label, kept, values: tensors.map(({ values }) => values) });

/** The pinned true curve in every panel, and the pinned task on the pad. */
function pinnedWave(page, view, memory, panels) {
  const legend = passingLegend(page.key, ["pinned"]);
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
      memory.pad.mark(pinned && [pinned.task.phase, pinned.task.amplitude]);
    },
  };
}

/** Fills `pinned` of every tensor for a position between two steps, as far as it was pinned. */
export function computePinned({ label, tensors }, pinned, position) {
  const fits = pinned?.label === label && tensors.every(({ size }, i) =>
    pinned.values[i]?.length === pinned.kept * size);
  tensors.forEach((tensor, i) => {
    if (!fits) return (tensor.pinned = null);
    tensor.pinned ??= new Float32Array(tensor.size);
    return rowAt(pinned.values[i], tensor.size, Math.min(position, pinned.kept - 1), tensor.pinned);
  });
}

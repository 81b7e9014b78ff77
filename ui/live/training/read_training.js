/* From what ui/live/training/training.py sends to what is drawn of it.
 *
 * `data` is what ui/live/training/training.py sends:
 *   kind, score                     curve or field; the name of a task's number
 *   xRange, yRange, resolution, classColours[]
 *   tasks[3]                        title; points, support64; curve: grid, truth64; field: labels64
 *   runs[]                          name, colour, dash, words, spoken, share, steps, innerSteps,
 *                                   reports, reportSteps64, metaLosses64, probes, probeSteps64,
 *                                   probeLosses64, left, weights[]: name, size, share
 *     tasks[3]                      score; before64, after64 or winner64, certainty64
 *   alt                             the sentence of the three tasks
 */

import { decodeBytes, decodeFloats } from "../parts/bytes.js";

/** @import { CurveFit, FieldFit, Run, RunData, Task, TaskData } from "./types.js" */
/** @import { TaskFitData, TrainingData, View } from "./types.js" */

/** @type {(data: TrainingData) => View} */
export function readTraining(data) {
  return { ...data, tasks: data.tasks.map((task) => readTask(task)),
    runs: data.runs.map((run) => readRun(run, data)) };
}

/** @type {(task: TaskData) => Task} */
function readTask(task) {
  const places = decodeFloats(task.support64, 2 * task.points, "support points");
  const labels = task.labels64 && decodeBytes(task.labels64, task.points, "labels");
  return {
    title: task.title,
    truth: decodeFloats(task.truth64 ?? "", task.grid ?? 0, "truth"),
    points: Array.from({ length: task.points }, (_, i) =>
      [places[2 * i], places[2 * i + 1], labels ? labels[i] : 0]),
  };
}

/** @type {(run: RunData, data: TrainingData) => Run} */
function readRun(run, data) {
  const { reports, probes } = run;
  return {
    ...run,
    meta: [
      decodeFloats(run.reportSteps64, reports, "reportSteps"),
      decodeFloats(run.metaLosses64, reports, "metaLosses"),
    ],
    probe: [
      decodeFloats(run.probeSteps64, probes, "probeSteps"),
      decodeFloats(run.probeLosses64, probes, "probeLosses"),
    ],
    tasks: run.tasks.map((fit, i) => readFit(fit, data, data.tasks[i].grid ?? 0)),
  };
}

/** What a run does with a task: a curve on the grid, or a field with room for its votes.
 *
 * @type {(fit: TaskFitData, data: TrainingData, grid: number) => CurveFit | FieldFit}
 */
function readFit(fit, { resolution: size, classColours }, grid) {
  const { score } = fit;
  if ("before64" in fit) {
    const [before, after] = [fit.before64, fit.after64].map((text) =>
      decodeFloats(text, grid, "prediction"));
    return { score, before, after };
  }
  const [cells, ways] = [size * size, classColours.length];
  const winner = decodeBytes(fit.winner64, cells, "winners");
  const certainty = decodeBytes(fit.certainty64, cells, "certainties");
  const votes = new Float32Array(ways * cells);
  return { score, field: { size, ways, winner, certainty, votes, best: new Uint8Array(cells) } };
}

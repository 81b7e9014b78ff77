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

export function readTraining(data) {
  return { ...data, tasks: data.tasks.map((task) => readTask(task)),
    runs: data.runs.map((run) => readRun(run, data)) };
}

function readTask(task) {
  const places = decodeFloats(task.support64, 2 * task.points, "support points");
  const labels = task.labels64 && decodeBytes(task.labels64, task.points, "labels");
  return {
    title: task.title,
    truth: task.truth64 && decodeFloats(task.truth64, task.grid, "truth"),
    points: Array.from({ length: task.points }, (_, i) =>
      [places[2 * i], places[2 * i + 1], labels ? labels[i] : 0]),
  };
}

function readRun(run, { kind, resolution, tasks, classColours }) {
  const floats = (name, count) => decodeFloats(run[`${name}64`], count, name);
  const cells = resolution * resolution;
  const readFit = (fit, i) => kind === "curve"
    ? { score: fit.score, before: decodeFloats(fit.before64, tasks[i].grid, "prediction"),
      after: decodeFloats(fit.after64, tasks[i].grid, "prediction") }
    : { score: fit.score, field: { size: resolution, ways: classColours.length,
      votes: new Float32Array(classColours.length * cells), best: new Uint8Array(cells),
      winner: decodeBytes(fit.winner64, cells, "winners"),
      certainty: decodeBytes(fit.certainty64, cells, "certainties") } };
  return {
    ...run,
    meta: [floats("reportSteps", run.reports), floats("metaLosses", run.reports)],
    probe: [floats("probeSteps", run.probes), floats("probeLosses", run.probes)],
    tasks: run.tasks.map(readFit),
  };
}

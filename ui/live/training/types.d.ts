/* What ui/live/training/training.py sends. A field …64 is base64 of little-endian float32, or of
 * bytes where it says so. */

import type { Range } from "../parts/types.js";

export interface TrainingData {
  kind: "curve" | "field";
  /** The name of a task's number. */
  score: string;
  xRange: Range;
  yRange: Range;
  resolution: number;
  classColours: string[];
  tasks: TaskData[];
  runs: RunData[];
  /** The sentence of the three tasks. */
  alt: string;
}

export interface TaskData {
  title: string;
  points: number;
  support64: string;
  /** Curves: numbers of the truth, and the truth. */
  grid?: number;
  truth64?: string;
  /** Fields: a byte for each point. */
  labels64?: string;
}

/** What a run does with a task: a curve before and after the steps, or a field of bytes. */
export type TaskFitData =
  | { score: number; before64: string; after64: string }
  | { score: number; winner64: string; certainty64: string };

export interface RunData {
  name: string;
  colour: string;
  dash: string;
  words: string;
  spoken: string;
  /** How much of it is done, 0..1; null for a run without an end. */
  share: number | null;
  steps: number;
  innerSteps: number;
  reports: number;
  reportSteps64: string;
  metaLosses64: string;
  probes: number;
  probeSteps64: string;
  probeLosses64: string;
  /** The step at which it left the chart. */
  left: number | null;
  tasks: TaskFitData[];
  weights: TensorStatistics[];
}

export interface TensorStatistics {
  name: string;
  size: number;
  share: number;
}

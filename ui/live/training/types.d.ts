/* What ui/live/training/training.py sends. A field …64 is base64 of little-endian float32, or of
 * bytes where it says so. */

import type { Field, Range, Theme } from "../parts/types.js";

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

// ---------------------------------------------------------------- what is drawn

/** Outer steps, and the loss at each. */
export type Losses = [steps: Float32Array, losses: Float32Array];

export interface Task {
  title: string;
  /** Empty for fields. */
  truth: Float32Array;
  /** x and y, or x1, x2 and the class. */
  points: [number, number, number][];
}

export interface CurveFit {
  score: number;
  before: Float32Array;
  after: Float32Array;
}

export interface FieldFit {
  score: number;
  field: Field;
}

export interface Run extends Omit<RunData, "tasks"> {
  meta: Losses;
  probe: Losses;
  tasks: (CurveFit | FieldFit)[];
}

export interface View extends Omit<TrainingData, "tasks" | "runs"> {
  tasks: Task[];
  runs: Run[];
}

export interface Page {
  training: HTMLElement;
  runs: HTMLElement;
  losses: HTMLElement;
  chart: SVGSVGElement;
  lossLegend: HTMLElement;
  panels: HTMLElement;
  taskLegend: HTMLElement;
  weights: HTMLTableElement;
  spoken: HTMLElement;
}

export interface State {
  page: Page;
  view: View;
  theme: Theme;
  /** What was said last. */
  spoken: string;
  rest: () => void;
}

export type Root = ShadowRoot & { metaTraining?: State };

/** What all panels of a row share: the runs that they show, and how. */
export interface Row {
  view: View;
  inks: string[];
  theme: Theme;
  runs: Run[];
}

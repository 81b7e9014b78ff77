/* What ui/live/player/player.py sends. A field …64 is base64 of little-endian float32, or of bytes
 * where it says so. What each field means stands in read_view.js, curves.js, fields.js and
 * live_runs.js. */

import type { FormulaTree } from "../model/types.js";
import type { Range, TaskAxis } from "../parts/types.js";

export type PlayerData = CurvesData | FieldsData;

export interface SharedData {
  steps: number;
  step: number;
  alt: string;
  replay: number;
  judged: boolean;
  weightMap: string[];
  xRange: Range;
  yRange: Range;
  live: LiveData | null;
  weights: WeightsData | null;
  /** How many support points there are, and how many points to judge by. */
  points: number;
  queries: number;
}

export interface CurvesData extends SharedData {
  kind: "curves";
  grid: number;
  gridX64: string;
  truth64: string | null;
  supportX64: string;
  supportY64: string;
  queryX64: string;
  queryY64: string;
  fits: CurveFitData[];
}

export interface FieldsData extends SharedData {
  kind: "fields";
  resolution: number;
  classColours: string[];
  support64: string;
  /** Bytes. */
  supportLabel64: string;
  query64: string;
  /** Bytes. */
  queryLabel64: string | null;
  fits: FieldFitData[];
}

export interface FitData {
  label: string;
  colour: string;
  dash: string;
  note: string;
  /** Usable entries of each array. */
  kept: number;
  supportLoss64: string;
  queryLoss64: string;
}

export interface CurveFitData extends FitData {
  curves64: string;
}

export interface FieldFitData extends FitData {
  /** Bytes. */
  winner64: string;
  /** Bytes. */
  certainty64: string;
  accuracy64: string;
}

export interface WeightsData {
  label: string;
  kept: number;
  tensors: { label: string; rows: number; cols: number; values64: string }[];
}

export interface DialData extends TaskAxis {
  value: number;
}

export interface LiveData {
  models: Record<string, string | null>;
  description: number[];
  descriptions: Record<string, number[]> | null;
  rate: number | null;
  revision: number;
  placed: boolean;
  drawn: boolean;
  most: number;
  told: { description: number[]; count: number; x64: string; y64: string } | null;
  toldDials: Record<string, string[]>;
  dials: DialData[] | null;
  law: FormulaTree | null;
  pad: { amplitude: DialData; phase: DialData } | null;
}

// ---------------------------------------------------------------- edits

/** x and y, or x1, x2 and a class. */
export type PlacedPoint = [number, number] | [number, number, number];
export type Task = Record<string, number>;

/** The true curve of each task; `key` names it. */
export interface Law {
  key: string;
  of: (task: Task) => (x: number) => number;
}

/** Points and task; replaced as a whole, never changed. */
export interface EditState {
  points: PlacedPoint[];
  /** Whether the points are placed by hand. */
  placed: boolean;
  task: Task | null;
}

export interface Edits {
  /** Null before the first data. */
  state: EditState | null;
  law: Law | null;
  /** The state before the edit of points that is under way. */
  base: EditState | null;
  past: EditState[];
  future: EditState[];
  /** Index of the marked point. */
  marked: number | null;
  ways: number | null;
  /** Whether the browser shows what Python has not answered yet. */
  ahead: boolean;
  /** What Python does not know yet. */
  changed: Set<"points" | "task">;
  /** Whether something changed since the last message. */
  unsent: boolean;
  /** Number of the last message. */
  sent: number | null;
  /** The revision that came last. */
  received: number;
}

/** Edits of points and task that Python has sent. */
export type Received = Edits & { state: EditState };

/** What Python hears of an edit. */
export interface Message {
  revision: number;
  points?: PlacedPoint[] | null;
  task?: Task | null;
}

/** What of a view its edits begin with. */
export interface Given {
  points: PlacedPoint[];
  live: { revision: number; placed: boolean; task: Task | null; law: Law | null; ways: number };
}

/** Both axes of a view. */
export interface Ranges {
  xRange: Range;
  yRange: Range;
}

/* What ui/live/player/player.py sends, and the player that is built of it. A field …64 is base64 of
 * little-endian float32, or of bytes where it says so. What each field means stands in read_view.js,
 * curves.js, fields.js and live_runs.js. */

import type { FormulaTree, Model, Support, WaveFamily, Weights } from "../model/types.js";
import type {
  Area, Cell, Dials, Field, On, Pad, PinsPage, Range, Scale, TaskAxis, Tensor, Theme,
} from "../parts/types.js";
import type { Component } from "../window.js";

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
  allowed: WaveFamily | null;
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

/** What a task is edited with: a pad, dials with their law, or nothing. */
export type TaskData =
  | { pad: TaskPad; dials: null; law: null }
  | { pad: null; dials: DialData[]; law: FormulaTree }
  | { pad: null; dials: null; law: null };

export type LiveData = TaskData & LoopData;

export interface LoopData {
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

// ---------------------------------------------------------------- the view and its learners

interface SharedView extends Ranges {
  steps: number;
  step: number;
  alt: string;
  replay: number;
  judged: boolean;
  weightMap: string[];
  points: PlacedPoint[];
  ways: number;
  live: LiveView | null;
  weights: ViewWeights | null;
  /** What each number of a point is called. */
  pointAxes?: string[];
  /** The points as models read them, once the browser has run the loops. */
  support?: Support;
}

export interface CurvesView extends SharedView, CurvesPart {
  kind: "curves";
  fits: CurveFit[];
}

export interface FieldsView extends SharedView, FieldsPart {
  kind: "fields";
  fits: FieldFit[];
  /** Colour of each class, readable on the theme. */
  inks?: string[];
  /** Centres of the cells, by the number of cells along an axis. */
  centres?: Map<number, Float32Array>;
}

export type View = CurvesView | FieldsView;

interface SharedFit {
  label: string;
  colour: string;
  dash: string;
  note: string;
  kept: number;
  supportLoss: Float32Array;
  queryLoss: Float32Array;
  score: Score;
  /** What runs in the browser; why it cannot; whether its numbers wait for Python. */
  model?: Model;
  trouble?: string;
  waiting?: boolean;
}

/** The number of a caption, after each step. */
export interface Score {
  name: string;
  values: Float32Array;
  format: (value: number) => string;
}

export interface CurveFit extends SharedFit {
  curves: Float32Array;
  /** What the last live run computed. */
  latest?: { start: Weights; curves: Float32Array; queryLoss: number[] };
}

export interface FieldFit extends SharedFit {
  winner: Uint8Array;
  certainty: Uint8Array;
  /** The field of a step of the last live run. */
  cells?: (step: number) => FieldCells;
}

export type Fit = CurveFit | FieldFit;

/** The sizes of a task pad's axes. */
export interface TaskPad {
  amplitude: DialData;
  phase: DialData;
}

export interface LiveView extends Omit<LoopData, "told"> {
  ways: number;
  pad: TaskPad | null;
  dials: DialData[] | null;
  task: Task | null;
  law: Law | null;
  told: { description: number[]; support: Support } | null;
  /** In how many frames all steps have their turn: 1 where frames are quick. */
  turns: number;
  /** The steps whose curves are computed in this frame; null for all. */
  only?: number[] | null;
}

/** A view whose loops run in the browser; `pointAxes` comes with its editor. */
export type EditedView = View & { live: LiveView; pointAxes: string[] };

/** A view whose task is edited with dials. */
export interface DialsView extends CurvesView {
  live: LiveView & { law: Law };
}

/** What a learner is told before its first step. */
export type Told = NonNullable<LiveView["told"]>;

/** A learner whose loop runs in the browser. */
export type LiveFit = Fit & { model: Model };

/** What a kind of panels reads, draws and computes (kinds.js). */
export interface Kind {
  /** What each number of a point is called. */
  axes: string[];
  ways(data: PlayerData): number;
  read(data: PlayerData): CurvesPart | FieldsPart;
  readFit(fit: FitData, data: PlayerData): CurveFitPart | FieldFitPart;
  open(page: Page, view: View, theme: Theme, panels: Panel[]): PanelContent;
  follow(
    fit: LiveFit, view: View, trace: Weights[], supportLoss: number[],
  ): Followed;
}

// ---------------------------------------------------------------- the picture and its page

/** A part of the player: laid out for a width, brought up to new numbers, drawn in each frame. */
export interface Picture {
  layout: () => void;
  renew: () => void;
  draw: (position: number, step: number) => void;
}

/** A learner's panel; `area` and what follows it come with its layout. */
export interface Panel {
  fit: Fit;
  /** Name of its clip paths. */
  clip: string;
  figure: HTMLElement;
  stage: HTMLElement;
  chart: SVGSVGElement;
  /** What takes the pointer, over the plot. */
  plane: HTMLElement;
  caption: HTMLElement;
  left: HTMLElement;
  trouble: HTMLElement;
  area: Area;
  scales: { x: Scale; y: Scale };
  ranges: [Range, Range];
  points: SVGGElement;
  ring: SVGCircleElement;
  cross: SVGGElement;
  radius: number;
  pointName: string;
  inks?: string[];
}

/** What a visitor can point at and walk through: places of a panel, or cells of the weights. */
export interface Probe {
  host: HTMLElement;
  /** Where it is told what is read. */
  line: HTMLElement;
  panel?: Panel;
  mark(place: Place | Cell | null): void;
  first(): Place | Cell;
  under(event: MouseEvent): Place | Cell | null;
  next(key: string): Place | Cell;
}

export interface PlaceProbe extends Probe {
  panel: Panel;
  place(): Place;
  mark(place: Place | null): void;
  first(): Place;
  under(event: MouseEvent): Place | null;
  next(key: string): Place;
}

export interface CellProbe extends Probe {
  panel?: undefined;
  mark(cell: Cell | null): void;
  first(): Cell;
  under(event: MouseEvent): Cell | null;
  next(key: string): Cell;
}

export interface Page extends PinsPage {
  needed: HTMLElement;
  player: HTMLElement;
  pictures: HTMLElement;
  controls: HTMLElement;
  back: HTMLElement;
  play: HTMLElement;
  next: HTMLElement;
  where: HTMLElement;
  scrubber: HTMLInputElement;
  speed: HTMLSelectElement;
  losses: SVGSVGElement;
  judge: HTMLElement;
  maps: HTMLElement;
  now: HTMLElement;
  change: HTMLElement;
  cell: HTMLElement;
  key: HTMLElement;
  below: HTMLElement;
  pins: HTMLElement;
  reading: HTMLElement;
  fits: HTMLElement;
  sweep: SVGSVGElement;
  along: HTMLElement;
  alongName: HTMLElement;
  task: HTMLElement;
  dials: HTMLElement;
  edit: HTMLElement;
  editing: HTMLElement;
  classes: HTMLElement;
  undo: HTMLElement;
  redo: HTMLElement;
  removing: HTMLElement;
  painting: HTMLElement;
  clear: HTMLElement;
  drawn: HTMLElement;
  yours: HTMLElement;
  problem: HTMLElement;
  spoken: HTMLElement;
}

export type Root = ShadowRoot & { innerLoop?: FirstMemory; playerFrames?: number[] };
export type PlayerComponent = Component<PlayerData, Root>;

/** What outlasts a drawing: the visitor's step, cell, edits and pinned wave. */
export interface Memory {
  root: Root;
  /** With the data that came last, and with those that are shown. */
  component: PlayerComponent;
  shown?: PlayerComponent;
  step: number;
  /** The steps of the view that is shown; 0 before the first. */
  steps: number;
  playing: boolean;
  /** Number of the last order to play from step 0. */
  replay?: number;
  /** Ends what is shown. */
  stop?: () => void;
  /** The timer that puts the step into the page's address. */
  noting?: number;
  /** Whether an edit is under way. */
  busy: boolean;
  /** Whether the tools for points are shown. */
  tools: boolean;
  /** Whether the loops have run once in the browser. */
  rehearsed: boolean;
  edits: Edits;
  /** The class of new points. */
  label: number;
  removing: boolean;
  painting: boolean;
  /** What is said in place of the mode's hint. */
  notice: string;
  drag: Drag | null;
  /** The press before, which a second one may follow. */
  press?: Press | null;
  /** Whether the last edit was made with keys. */
  byKeys?: boolean;
  /** The task when its edit began. */
  before?: Task | null;
  onTask?: { onMove: (phase: number, amplitude: number) => void; onRelease: () => void };
  onDial?: { onMove: (name: string, value: number) => void; onRelease: () => void };
  /** The dials that are shown; `key` names their ranges. */
  dials?: Dials & { key: string };
  cell: Cell | null;
  /** Index of the entry of the task that was moved last. */
  varied: number;
  pinned: Pinned | null;
  difference: boolean;
  pad?: Pad;
}

/** The same before the first view: no step is known. */
export type FirstMemory = Omit<Memory, "step"> & { step: number | null };

/** The same once Python has sent points that can be edited. */
export type EditedMemory = Memory & { edits: Received };

/** What moves through the steps. */
export interface Playback {
  halt: () => void;
  /** Draws the step again, unless the next frame does. */
  redraw: () => void;
  play: () => void;
  toggle: () => void;
  show: (step: number) => void;
}

// ---------------------------------------------------------------- editing

/** A live player: what the visitor's edits are taken in with. */
export interface Live {
  start: (on: On, given: LiveParts) => void;
  layout: (theme: Theme) => void;
  /** Whether the key edited something. */
  key: (event: KeyboardEvent, probe: Probe | undefined) => boolean;
  keyUp: (event: KeyboardEvent) => void;
  stop: () => void;
}

/** What of the player an edit draws anew. */
export interface LiveParts {
  panels: Panel[];
  probes: Probe[];
  pictures: Picture[];
  playback: Playback;
}

/** What an editor calls; an edit begins, is drawn, and is over. */
export interface Desk {
  begin: () => void;
  stopReading: () => void;
  redraw: () => void;
  finish: () => void;
}

/** What can be done to the points; each by its index. */
export interface Editor {
  edits: Received;
  view: EditedView;
  here: () => PlacedPoint[];
  say: (words: string) => void;
  mark: (index: number | null) => void;
  /** False where no more points fit. */
  add: (place: Place) => boolean;
  paint: (place: Place, follows: boolean) => void;
  move: (index: number, place: Place) => void;
  remove: (index: number) => void;
  label: (index: number, value: number) => void;
  clear: () => void;
  draw: () => void;
  undo: () => void;
  redo: () => void;
}

/** What a press does instead of dragging and adding. */
export type Mode = "removing" | "painting";

export type Drag = PointDrag | Stroke;

/** A pressed pointer, and where it was pressed. */
interface HeldPointer extends Place {
  panel: Panel;
  /** Its id. */
  pointer: number;
}

/** A point that is held; `offset`: from the point to the pointer, in the panel's units. */
export interface PointDrag extends HeldPointer {
  index: number;
  twice: boolean;
  moved: boolean;
  offset: Place;
  paints?: undefined;
}

/** x and y: the pixels up to which it is painted. */
export interface Stroke extends HeldPointer {
  moved: true;
  paints: true;
}

export interface Press {
  index: number;
  at: number;
}

// ------------------------------------------------- panels, loss chart and weights: what they draw

export interface Place {
  x: number;
  y: number;
}

/** Where a pointer is on the page. */
export type Pointed = Pick<MouseEvent, "clientX" | "clientY">;

/** What a place in a panel is told by. */
export type Plot = Pick<Panel, "chart" | "area" | "ranges">;

/** The place that is read, and in which panel. */
export interface Mark extends Place {
  panel: Panel | null;
}

/** What a kind of panels brings to the row; `tickSpace`: rem per tick of both axes. */
export interface PanelContent<Shown extends Panel = Panel> {
  tickSpace: [number, number];
  probes: PlaceProbe[];
  what: string;
  plotHeight(width: number, plotWidth: number): number;
  layout(panel: Shown): void;
  renew(panel: Shown): void;
  draw(panel: Shown, position: number, step: number): void;
}

/** A panel that is laid out. */
export interface CurvePanel extends Panel {
  fit: CurveFit;
  /** Pixels of the grid. */
  xs: Float32Array;
  /** The curve that is shown. */
  ys: Float32Array;
  truth: SVGPathElement;
  pinned: SVGPathElement;
  before: SVGPathElement;
  unit: SVGPathElement;
  current: SVGPathElement;
}

/** A panel that is laid out and drawn. */
export interface FieldPanel extends Panel {
  fit: FieldFit;
  canvas: HTMLCanvasElement;
  /** The field that was drawn last. */
  field: Field;
  /** The step whose field is on the canvas. */
  painted: number | null;
}

/** What curves add to a view. */
export interface CurvesPart {
  gridX: Float32Array;
  truth: Float32Array | null;
  points: PlacedPoint[];
  query: { x: Float32Array; y: Float32Array };
  /** The waves that may be, where those that fit the points are drawn. */
  allowed: WaveFamily | null;
  ways: number;
}

/** What the points allow (allowed.js): two paths in each panel. */
export interface Allowed {
  layout(panel: CurvePanel, layer: Element): void;
  draw(panel: CurvePanel): void;
}

export interface AllowedPaths {
  band: SVGPathElement;
  waves: SVGPathElement;
}

/** What fields add to a view. */
export interface FieldsPart {
  resolution: number;
  classColours: string[];
  points: PlacedPoint[];
  /** x: x1 and x2 of each point. */
  query: { x: Float32Array; label: Uint8Array | null };
  ways: number;
}

export type CurveFitPart = Pick<CurveFit, "curves" | "score">;
export type FieldFitPart = Pick<FieldFit, "winner" | "certainty" | "score">;

/** Losses and scores after each step of a live run. */
export interface Followed {
  queryLoss: number[];
  score: number[];
}

/** One learner's loop, before anything is kept of it. */
export interface LoopRun extends Followed {
  trace: Weights[];
  supportLoss: number[];
}

/** The field of one step: size × size cells. */
export interface FieldCells {
  winner: Uint8Array;
  certainty: Uint8Array;
  size: number;
}

/** A loss chart's axes; `frame` names what they depend on. */
export interface LossAxes {
  chart: SVGSVGElement;
  area: Area;
  x: Scale;
  y: Scale;
  range: Range;
  /** Whether the learners' names stand beside their lines. */
  named: boolean;
  theme: Theme;
  frame: string;
}

export interface LossPlot extends LossAxes {
  /** The line at the step that is shown. */
  mark: SVGGElement;
  lines: LossLines[];
  names: SVGGElement;
  dots: SVGCircleElement[];
}

export interface LossLine {
  path: SVGPathElement;
  markers: [step: number, circle: SVGCircleElement][];
}

/** Both lines of one learner. */
export interface LossLines {
  group: SVGGElement;
  support: LossLine;
  query: LossLine;
}

/** Where a learner's line ends, in pixels. */
export interface LossEnd extends Place {
  label: string;
  kept: number;
  ink: string;
}

/** A tensor after each step, and in the step that is shown. */
export interface ViewTensor extends Tensor {
  size: number;
  /** kept × size. */
  values: Float32Array;
  first: Float32Array;
  now: Float32Array;
  change: Float32Array;
  /** Of the pinned task; null where none of this learner is pinned. */
  pinned: Float32Array | null;
}

export interface ViewWeights {
  label: string;
  kept: number;
  tensors: ViewTensor[];
  ranges: WeightRanges;
}

/** The ends of both maps' colours; `still`: no step changed anything. */
export interface WeightRanges {
  now: number;
  change: number;
  still: boolean;
}

/** The weights of a learner, one array of kept × size numbers for each tensor. */
export interface PinnedWeights {
  label: string;
  kept: number;
  values: Float32Array[];
}

/** A pinned task, and the weights that were shown for it, if there were any. */
export type Pinned = { task: Task } | ({ task: Task } & PinnedWeights);

/** A view whose task is a wave on the pad, and whose weights are shown. */
export interface WaveView extends CurvesView {
  live: LiveView & { pad: NonNullable<LiveView["pad"]> };
  weights: ViewWeights;
}

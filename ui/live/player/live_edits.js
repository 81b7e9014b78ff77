/* The visitor's edits: points and task as the browser has them, ahead of Python or level with it.
 *
 *   state          points: [[x, y] or [x, y, class]…], placed, task: { name: number } | null;
 *                  replaced as a whole, never changed; drawn points (placed false) follow the task
 *   law            the true curve of each task (live_runs.js), or null where the task stays
 *   base           the state before the edit of points under way, or null
 *   past, future   states to go back to, and forward again
 *   marked         index of the marked point, or null
 *   changed        what Python does not know yet: "points", "task"
 *   unsent         whether something changed since the last message
 *   sent           number of the last message; data that carries a smaller `revision` is older
 *   received       the revision that came last
 *   ahead          whether the browser shows what Python has not answered yet
 */

import { clamp } from "../parts/scales.js";

/** @import { Range } from "../parts/types.js" */
/** @import { EditState, Edits, Given, Law, Message } from "./types.js" */
/** @import { PlacedPoint, Ranges, Received, Task } from "./types.js" */

/** @type {() => Edits} */
export function openEdits() {
  return {
    state: null, law: null, base: null, past: [], future: [], marked: null,
    ways: null, ahead: false, changed: new Set(), unsent: false, sent: null, received: 0,
  };
}

/** Takes over what Python sent, unless it is older than the last edit; then the edit stays.
 *
 * @type {(edits: Edits, given: Given) => void}
 */
export function receiveEdits(edits, { points, live }) {
  const { revision, placed, task, law } = live;
  const sameKind = edits.ways === live.ways && edits.law?.key === law?.key;
  const other = revision < edits.received || !sameKind;
  const older = edits.sent !== null && revision < edits.sent;
  Object.assign(edits, { received: revision, ways: live.ways, law, ahead: older && !other });
  if (edits.ahead) return;
  takeOver(edits, { points, placed, task }, revision, other);
}

/** Shows what Python has. Points placed by hand that it replaced can be undone to.
 *
 * @type {(edits: Edits, state: EditState, revision: number, other: boolean) => void}
 */
function takeOver(edits, state, revision, other) {
  const { points, placed } = state;
  const lost = edits.state?.placed && !samePoints(edits.state.points, points);
  if (lost) Object.assign(edits, { past: [...edits.past, edits.state], future: [] });
  if (other) Object.assign(edits, { past: [], future: [] });
  const drawn = [...edits.past, ...edits.future].filter((old) => !old.placed);
  if (!placed) drawn.forEach((old) => Object.assign(old, state));
  Object.assign(edits, { state, sent: revision, base: null, unsent: false });
  edits.changed.clear();
  if (edits.marked !== null && edits.marked >= points.length) edits.marked = null;
}

/** @type {(a: PlacedPoint[], b: PlacedPoint[]) => boolean} */
function samePoints(a, b) {
  /** @type {(value: number, other: number) => boolean} */
  const same = (value, other) => Math.abs(value - other) < 1e-6;
  return a.length === b.length && a.every((point, i) => point.every((v, j) => same(v, b[i][j])));
}

/** Replaces the points; from now on they are placed by hand.
 *
 * @type {(edits: Received, points: PlacedPoint[]) => void}
 */
export function changePoints(edits, points) {
  edits.base ??= edits.state;
  edits.state = { ...edits.state, points, placed: true };
  noteChange(edits, "points");
}

/** Asks for drawn points again; which ones, Python knows.
 *
 * @type {(edits: Received) => void}
 */
export function forgetPoints(edits) {
  edits.base ??= edits.state;
  edits.state = { ...edits.state, placed: false };
  edits.marked = null;
  noteChange(edits, "points");
}

/** @type {(edits: Received, task: Task) => void} */
export function changeTask(edits, task) {
  edits.state = underTask(edits.law, edits.state, task);
  noteChange(edits, "task");
}

/** @type {(edits: Edits, what: "points" | "task") => void} */
function noteChange(edits, what) {
  edits.changed.add(what);
  edits.unsent = true;
  edits.ahead = true;
}

/** Ends the edit under way: it becomes one step of the history.
 *
 * @type {(edits: Edits) => void}
 */
export function sealEdit(edits) {
  if (edits.base) Object.assign(edits, { past: [...edits.past, edits.base], future: [] });
  edits.base = null;
}

/** Goes to the last state of `from`, leaving the present one in `to`.
 *
 * @type {(edits: Received, from: "past" | "future", to: "past" | "future") => void}
 */
export function travel(edits, from, to) {
  const present = edits.state;
  const last = edits[from][edits[from].length - 1];
  edits.state = underTask(edits.law, last, present.task);
  edits[from] = edits[from].slice(0, -1);
  edits[to] = [...edits[to], present];
  edits.marked = null;
  noteChange(edits, "points");
}

/** What Python has to know, as the message of one edit.
 *
 * @type {(edits: Received) => Message}
 */
export function nextMessage(edits) {
  const { state: { points, placed, task }, changed } = edits;
  const revision = (edits.sent ?? 0) + 1;
  Object.assign(edits, { sent: revision, unsent: false });
  /** @type {Message} */
  const message = { revision };
  if (changed.has("points")) message.points = placed ? points : null;
  if (changed.has("task")) message.task = task;
  return message;
}

/** A sin(x − φ).
 *
 * @type {(task: Task, x: number) => number}
 */
export const waveAt = ({ amplitude, phase }, x) => amplitude * Math.sin(x - phase);

/** The state under another task: drawn points keep their distance to the curve.
 *
 * @type {(law: Law | null, state: EditState, task: Task | null) => EditState}
 */
function underTask(law, state, task) {
  if (state.placed || !task || !state.task || !law) return { ...state, task };
  const [before, now] = [law.of(state.task), law.of(task)];
  /** @type {(point: PlacedPoint) => PlacedPoint} */
  const follow = ([x, y]) => [x, y - before(x) + now(x)];
  return { ...state, task, points: state.points.map(follow) };
}

/** A number as it is sent: inside the range, to two decimals.
 *
 * @type {(value: number, range: Range) => number}
 */
const settled = (value, range) => Math.round(clamp(value, ...range) * 100) / 100 || 0;

/** A place as the coordinates of a point.
 *
 * @type {(place: { x: number, y: number }, ranges: Ranges) => [number, number]}
 */
export const settledPlace = ({ x, y }, { xRange, yRange }) =>
  [settled(x, xRange), settled(y, yRange)];

/** All points as they are sent: drawn ones lose their further decimals when one is edited.
 *
 * @type {(edits: Received, view: Ranges) => PlacedPoint[]}
 */
export const settledPoints = ({ state }, view) =>
  state.placed
    ? state.points
    : state.points.map(([x, y, ...label]) => [...settledPlace({ x, y }, view), ...label]);

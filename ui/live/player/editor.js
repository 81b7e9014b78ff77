/* Editing the support points, in every panel at once: with a pointer, with keys, with buttons.
 *
 *   pointer   drag a point; press beside all points to add one; a double press or a right press
 *             removes (editor_pointer.js); while painting, a held pointer adds points as it moves
 *             (editor_paint.js)
 *   keys      n, p (Page Down, Page Up) choose a point, arrows move it, digits give it a class,
 *             Delete removes it, Enter adds one at the crosshair, Escape lets go of it,
 *             Ctrl+Z and Shift+Ctrl+Z go back and forward
 *
 * `edits` (live_edits.js) holds the points, `desk` what an editor calls: begin() when an edit is
 * under way, redraw(), finish() when it is over, which is when Python hears of it.
 */

import { CLASSES, marker } from "../parts/class_marks.js";
import { html, svg } from "../parts/drawing.js";
import { STRIDES } from "../parts/keys.js";
import { clamp } from "../parts/scales.js";
import { formatFixed } from "../parts/words.js";
import {
  changePoints, forgetPoints, sealEdit, settledPlace, settledPoints, travel,
} from "./live_edits.js";

/** @import { On } from "../parts/types.js" */
/** @import { Desk, EditedMemory, EditedView, Editor, Mode, Page, Place } from "./types.js" */
/** @import { PlaceProbe, PlacedPoint, Probe } from "./types.js" */

const KEY_STEP = 0.05;
const LARGE_KEY_STEP = 0.5;
/** @type {Record<string, number>} */
const WALKS = { n: 1, PageDown: 1, p: -1, PageUp: -1 };

/** @type {(page: Page, view: EditedView, memory: EditedMemory, desk: Desk) => Editor} */
export function openEditor(page, view, memory, desk) {
  const { edits } = memory;
  /** @type {(words: string) => void} */
  const say = (words) => (page.spoken.textContent = words);
  const here = () => edits.state.points;

  /** @type {Editor["mark"]} */
  const mark = (index) => {
    edits.marked = index;
    say(index === null ? "no point is chosen" : pointSentence(view, here(), index));
    desk.redraw();
  };
  /** Puts new points in the place of the old ones, marks one of them, and says what happened.
   *
   *  What `follows` is one step of the history, with what it follows.
   *
   * @type {(points: PlacedPoint[], marked: number | null, words?: string, follows?: boolean) =>
   *   void}
   */
  const replace = (points, marked, words = "", follows = false) => {
    desk.begin();
    if (!follows) sealEdit(edits);
    changePoints(edits, points);
    edits.marked = marked;
    memory.notice = "";
    say(words || pointSentence(view, points, /** @type {number} */ (marked)));
    desk.redraw();
  };
  const hasRoom = () => {
    if (here().length < view.live.most) return true;
    memory.notice = `There are ${view.live.most} points; no more fit.`;
    say(memory.notice);
    desk.redraw();
    return false;
  };
  /** @type {(place: Place) => PlacedPoint[]} */
  const withOne = (place) => {
    /** @type {[] | [number]} */
    const label = view.live.ways ? [clamp(memory.label, 0, view.live.ways - 1)] : [];
    return [...settledPoints(edits, view), [...settledPlace(place, view), ...label]];
  };
  /** @type {Editor["add"]} */
  const add = (place) => {
    if (!hasRoom()) return false;
    const points = withOne(place);
    replace(points, points.length - 1);
    return true;
  };
  /** Adds a point that stays unmarked; it may follow another one of the same stroke.
   *
   * @type {Editor["paint"]}
   */
  const paint = (place, follows) => {
    if (!hasRoom()) return;
    const points = withOne(place);
    replace(points, null, pointSentence(view, points, points.length - 1), follows);
  };
  /** @type {Editor["move"]} */
  const move = (index, place) => {
    const points = [...settledPoints(edits, view)];
    const [, , ...known] = points[index];
    points[index] = [...settledPlace(place, view), ...known];
    replace(points, index, "", true);
  };
  /** @type {Editor["remove"]} */
  const remove = (index) => {
    const left = settledPoints(edits, view).filter((_, i) => i !== index);
    const words = `point removed, ${left.length} left`;
    replace(left, left.length && memory.byKeys ? Math.min(index, left.length - 1) : null, words);
  };
  /** @type {Editor["label"]} */
  const label = (index, value) => {
    const points = [...settledPoints(edits, view)];
    const [x, y] = points[index];
    points[index] = [x, y, value];
    replace(points, index);
  };
  const clear = () => replace([], null, "all points removed");
  const draw = () => {
    desk.begin();
    sealEdit(edits);
    forgetPoints(edits);
    memory.notice = "";
    say("drawn points again");
    desk.redraw();
  };
  /** @type {(from: "past" | "future", to: "past" | "future", words: string) => void} */
  const goTo = (from, to, words) => {
    sealEdit(edits);
    if (edits[from].length === 0) return;
    desk.begin();
    travel(edits, from, to);
    memory.notice = "";
    say(`${words}: ${edits.state.points.length} points`);
    desk.redraw();
  };
  const undo = () => goTo("past", "future", "undone");
  const redo = () => goTo("future", "past", "redone");
  return { edits, view, mark, add, paint, move, remove, label, clear, draw, undo, redo, here, say };
}

/** "point 3 of 5 at x = 1.20, y = 0.40"; with its class where there are classes.
 *
 * @type {(view: EditedView, points: PlacedPoint[], index: number) => string}
 */
function pointSentence({ live: { ways }, pointAxes: [xName, yName] }, points, index) {
  const [x, y, known = 0] = points[index];
  const what = ways ? `, class ${CLASSES[known]},` : "";
  const where = `${xName} = ${formatFixed(x)}, ${yName} = ${formatFixed(y)}`;
  return `point ${index + 1} of ${points.length}${what} at ${where}`;
}

// ---------------------------------------------------------------- keys

/** Does what the key asks for; false where it does not edit. `probe`: of what has the focus.
 *
 * @type {(editor: Editor, memory: EditedMemory, event: KeyboardEvent, probe: Probe | undefined) =>
 *   boolean}
 */
export function editByKey(editor, memory, event, probe) {
  const inPanel = /** @type {PlaceProbe | null} */ (probe?.panel ? probe : null);
  const act = commandOf(editor, event) ?? (inPanel && actionOf(editor, event, inPanel));
  if (!act) return false;
  memory.byKeys = true;
  act();
  return true;
}

/** Undo and redo, from anywhere in the player.
 *
 * @type {(editor: Editor, event: KeyboardEvent) => (() => void) | null}
 */
function commandOf({ undo, redo }, { key, ctrlKey, metaKey, shiftKey }) {
  if (!(ctrlKey || metaKey) || key.toLowerCase() !== "z") return null;
  return shiftKey ? redo : undo;
}

/** What a key does in a panel, or null; without a chosen point arrows read the panel.
 *
 * @type {(editor: Editor, event: KeyboardEvent, probe: PlaceProbe) => (() => void) | null}
 */
function actionOf(editor, event, probe) {
  const { key } = event;
  const { edits: { marked }, view: { live } } = editor;
  const point = marked === null ? null : editor.here()[marked];
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  if (key in WALKS) return () => walk(editor, probe, WALKS[key]);
  if (key === "Enter") return () => editor.add(point ? besides(point) : probe.place());
  if (marked === null || !point) return null;
  if (key === "Escape") return () => editor.mark(null);
  if (key === "Delete" || key === "Backspace") return () => editor.remove(marked);
  if (key in STRIDES) return () => editor.move(marked, strode(point, event));
  const label = "123456789".indexOf(key);
  return label >= 0 && label < live.ways ? () => editor.label(marked, label) : null;
}

/** Where an arrow key takes a point.
 *
 * @type {(point: PlacedPoint, event: KeyboardEvent) => Place}
 */
function strode([x, y], { key, shiftKey }) {
  const [down, along] = STRIDES[key];
  const step = shiftKey ? LARGE_KEY_STEP : KEY_STEP;
  return { x: x + along * step, y: y - down * step };
}

/** Where a new point goes that is added while one is chosen.
 *
 * @type {(point: PlacedPoint) => Place}
 */
const besides = ([x, y]) => ({ x: x + LARGE_KEY_STEP, y });

/** Chooses the next or previous point, from one end to the other.
 *
 * @type {(editor: Editor, probe: PlaceProbe, way: number) => void}
 */
function walk(editor, probe, way) {
  const { length } = editor.here();
  const { marked } = editor.edits;
  if (length === 0) return editor.say("there are no points");
  probe.mark(null);
  sealEdit(editor.edits);
  const end = way > 0 ? 0 : length - 1;
  return editor.mark(marked === null ? end : (marked + way + length) % length);
}

// ---------------------------------------------------------------- buttons

/** What a press beside or on a point does instead, and how the editor says so. */
const MODE_HINTS = {
  removing: "Press a point to remove it.",
  painting: "Hold and move in a panel to paint points.",
};

/** The classes of new points, as buttons; pressing one also gives it to the marked point.
 *
 * @type {(on: On, page: Page, view: EditedView, editor: Editor, memory: EditedMemory,
 *   desk: Desk) => void}
 */
export function openClasses(on, page, view, editor, memory, desk) {
  page.classes.replaceChildren();
  page.classes.hidden = view.ways === 0;
  const inks = view.kind === "fields" ? view.inks ?? [] : [];
  for (let label = 0; label < view.ways; label += 1) {
    const name = { type: "button", "aria-label": `class ${CLASSES[label]}` };
    const button = html(page.classes, "button", name);
    const sample = svg(button, "svg", { viewBox: "0 0 14 14", "aria-hidden": "true" });
    marker(sample, "support", label, inks[label], [7, 7], 5);
    html(button, "span", {}, CLASSES[label]);
    on(button, "click", () => {
      memory.label = label;
      if (editor.edits.marked !== null) editor.label(editor.edits.marked, label);
      desk.finish();
    });
  }
}

/** @type {(on: On, page: Page, editor: Editor, memory: EditedMemory, desk: Desk) => void} */
export function listenToButtons(on, page, editor, memory, desk) {
  /** @type {(button: HTMLElement, act: () => void) => void} */
  const press = (button, act) => on(button, "click", () => {
    if (button.getAttribute("aria-disabled") === "true") return;
    act();
    desk.finish();
  });
  press(page.undo, editor.undo);
  press(page.redo, editor.redo);
  press(page.clear, editor.clear);
  press(page.drawn, editor.draw);
  /** @type {(mode: Mode, other: Mode) => void} */
  const turnOn = (mode, other) => on(page[mode], "click", () => {
    Object.assign(memory, { [mode]: !memory[mode], [other]: false, notice: "" });
    desk.redraw();
  });
  turnOn("removing", "painting");
  turnOn("painting", "removing");
}

/** Which buttons can be pressed, and whose points these are.
 *
 * @type {(page: Page, memory: EditedMemory, view: EditedView) => void}
 */
export function drawButtons(page, memory, view) {
  const { edits: { past, future, base, state: { points, placed } }, label } = memory;
  page.undo.setAttribute("aria-disabled", String(past.length === 0 && !base));
  page.redo.setAttribute("aria-disabled", String(future.length === 0));
  page.clear.setAttribute("aria-disabled", String(points.length === 0));
  page.drawn.setAttribute("aria-disabled", String(!placed));
  page.removing.setAttribute("aria-pressed", String(memory.removing));
  page.painting.setAttribute("aria-pressed", String(memory.painting));
  [...page.classes.children].forEach((button, i) =>
    button.setAttribute("aria-pressed", String(i === clamp(label, 0, view.ways - 1))));
  const modes = /** @type {Mode[]} */ (Object.keys(MODE_HINTS));
  const mode = modes.find((name) => memory[name]);
  const hint = mode ? MODE_HINTS[mode] : yoursSentence(points.length, placed, view.live.drawn);
  page.yours.textContent = memory.notice || hint;
}

/** @type {(count: number, placed: boolean, drawn: boolean) => string} */
function yoursSentence(count, placed, drawn) {
  if (!placed) return "Drag a point, or press beside one to add another.";
  if (count === 0) return "No points: only what the learners know beforehand.";
  const whose = count === 1 ? "This point is yours" : `These ${count} points are yours`;
  return drawn ? `${whose}; K, noise and seed wait.` : `${whose}.`;
}

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

const KEY_STEP = 0.05;
const LARGE_KEY_STEP = 0.5;
const WALKS = { n: 1, PageDown: 1, p: -1, PageUp: -1 };

export function openEditor(page, view, memory, desk) {
  const { edits } = memory;
  const say = (words) => (page.spoken.textContent = words);
  const here = () => edits.state.points;

  const mark = (index) => {
    edits.marked = index;
    say(index === null ? "no point is chosen" : pointSentence(view, here(), index));
    desk.redraw();
  };
  /** Puts new points in the place of the old ones, marks one of them, and says what happened.
   *
   *  What `follows` is one step of the history, with what it follows.
   */
  const replace = (points, marked, words = "", follows = false) => {
    desk.begin();
    if (!follows) sealEdit(edits);
    changePoints(edits, points);
    edits.marked = marked;
    memory.notice = "";
    say(words || pointSentence(view, points, marked));
    desk.redraw();
  };
  const hasRoom = () => {
    if (here().length < view.live.most) return true;
    memory.notice = `There are ${view.live.most} points; no more fit.`;
    say(memory.notice);
    desk.redraw();
    return false;
  };
  const withOne = (place) => {
    const label = view.live.ways ? [clamp(memory.label, 0, view.live.ways - 1)] : [];
    return [...settledPoints(edits, view), [...settledPlace(place, view), ...label]];
  };
  const add = (place) => {
    if (!hasRoom()) return false;
    const points = withOne(place);
    replace(points, points.length - 1);
    return true;
  };
  /** Adds a point that stays unmarked; it may follow another one of the same stroke. */
  const paint = (place, follows) => {
    if (!hasRoom()) return;
    const points = withOne(place);
    replace(points, null, pointSentence(view, points, points.length - 1), follows);
  };
  const move = (index, place) => {
    const points = [...settledPoints(edits, view)];
    points[index] = [...settledPlace(place, view), ...points[index].slice(2)];
    replace(points, index, "", true);
  };
  const remove = (index) => {
    const left = settledPoints(edits, view).filter((_, i) => i !== index);
    const words = `point removed, ${left.length} left`;
    replace(left, left.length && memory.byKeys ? Math.min(index, left.length - 1) : null, words);
  };
  const label = (index, value) => {
    const points = [...settledPoints(edits, view)];
    points[index] = [...points[index].slice(0, 2), value];
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

/** "point 3 of 5 at x = 1.20, y = 0.40"; with its class where there are classes. */
function pointSentence({ live: { ways }, pointAxes: [xName, yName] }, points, index) {
  const [x, y, known] = points[index];
  const what = ways ? `, class ${CLASSES[known]},` : "";
  const where = `${xName} = ${formatFixed(x)}, ${yName} = ${formatFixed(y)}`;
  return `point ${index + 1} of ${points.length}${what} at ${where}`;
}

// ---------------------------------------------------------------- keys

/** Does what the key asks for; false where it does not edit. `probe`: of what has the focus. */
export function editByKey(editor, memory, event, probe) {
  const act = commandOf(editor, event) ?? (probe?.panel && actionOf(editor, event, probe));
  if (!act) return false;
  memory.byKeys = true;
  act();
  return true;
}

/** Undo and redo, from anywhere in the player. */
function commandOf({ undo, redo }, { key, ctrlKey, metaKey, shiftKey }) {
  if (!(ctrlKey || metaKey) || key.toLowerCase() !== "z") return null;
  return shiftKey ? redo : undo;
}

/** What a key does in a panel, or null; without a chosen point arrows read the panel. */
function actionOf(editor, event, probe) {
  const { key } = event;
  const { edits: { marked }, view: { live } } = editor;
  const point = editor.here()[marked];
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  if (key in WALKS) return () => walk(editor, probe, WALKS[key]);
  if (key === "Enter") return () => editor.add(point ? besides(point) : probe.place());
  if (!point) return null;
  if (key === "Escape") return () => editor.mark(null);
  if (key === "Delete" || key === "Backspace") return () => editor.remove(marked);
  if (key in STRIDES) return () => editor.move(marked, strode(point, event));
  const label = "123456789".indexOf(key);
  return label >= 0 && label < live.ways ? () => editor.label(marked, label) : null;
}

/** Where an arrow key takes a point. */
function strode([x, y], { key, shiftKey }) {
  const [down, along] = STRIDES[key];
  const step = shiftKey ? LARGE_KEY_STEP : KEY_STEP;
  return { x: x + along * step, y: y - down * step };
}

/** Where a new point goes that is added while one is chosen. */
const besides = ([x, y]) => ({ x: x + LARGE_KEY_STEP, y });

/** Chooses the next or previous point, from one end to the other. */
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

/** The classes of new points, as buttons; pressing one also gives it to the marked point. */
export function openClasses(on, page, view, editor, memory, desk) {
  page.classes.replaceChildren();
  page.classes.hidden = view.ways === 0;
  for (let label = 0; label < view.ways; label += 1) {
    const name = { type: "button", "aria-label": `class ${CLASSES[label]}` };
    const button = html(page.classes, "button", name);
    const sample = svg(button, "svg", { viewBox: "0 0 14 14", "aria-hidden": "true" });
    marker(sample, "support", label, view.inks[label], [7, 7], 5);
    html(button, "span", {}, CLASSES[label]);
    on(button, "click", () => {
      memory.label = label;
      if (editor.edits.marked !== null) editor.label(editor.edits.marked, label);
      desk.finish();
    });
  }
}

export function listenToButtons(on, page, editor, memory, desk) {
  const press = (button, act) => on(button, "click", () => {
    if (button.getAttribute("aria-disabled") === "true") return;
    act();
    desk.finish();
  });
  press(page.undo, editor.undo);
  press(page.redo, editor.redo);
  press(page.clear, editor.clear);
  press(page.drawn, editor.draw);
  const turnOn = (mode, other) => on(page[mode], "click", () => {
    Object.assign(memory, { [mode]: !memory[mode], [other]: false, notice: "" });
    desk.redraw();
  });
  turnOn("removing", "painting");
  turnOn("painting", "removing");
}

/** Which buttons can be pressed, and whose points these are. */
export function drawButtons(page, memory, view) {
  const { edits: { past, future, base, state: { points, placed } }, label } = memory;
  page.undo.setAttribute("aria-disabled", past.length === 0 && !base);
  page.redo.setAttribute("aria-disabled", future.length === 0);
  page.clear.setAttribute("aria-disabled", points.length === 0);
  page.drawn.setAttribute("aria-disabled", !placed);
  page.removing.setAttribute("aria-pressed", memory.removing);
  page.painting.setAttribute("aria-pressed", memory.painting);
  [...page.classes.children].forEach((button, i) =>
    button.setAttribute("aria-pressed", i === clamp(label, 0, view.ways - 1)));
  const mode = Object.keys(MODE_HINTS).find((name) => memory[name]);
  const hint = mode ? MODE_HINTS[mode] : yoursSentence(points.length, placed, view.live.drawn);
  page.yours.textContent = memory.notice || hint;
}

function yoursSentence(count, placed, drawn) {
  if (!placed) return "Drag a point, or press beside one to add another.";
  if (count === 0) return "No points: only what the learners know beforehand.";
  const whose = count === 1 ? "This point is yours" : `These ${count} points are yours`;
  return drawn ? `${whose}; K, noise and seed wait.` : `${whose}.`;
}

/* The player made live: the loops run in the browser while the visitor edits points or task.
 *
 *   edit begins ── begin(): data from Python wait
 *   each move   ── redraw(): once a frame, run all loops (live_runs.js) and draw
 *   edit ends   ── finish(): one message to Python; what waited is shown, under the edit
 *   answer      ── data whose revision is that of the last message: Python's numbers again
 */

import { onModel } from "../model/published.js";
import { movedMore } from "../parts/cell_story.js";
import { openDials } from "../parts/dials.js";
import { RELEASE_MS } from "../parts/keys.js";
import { openPad } from "../parts/pad.js";
import { drawButtons, editByKey, listenToButtons, openClasses, openEditor } from "./editor.js";
import { listenToDrags } from "./editor_pointer.js";
import { KINDS } from "./kinds.js";
import { changeTask, nextMessage, receiveEdits, sealEdit } from "./live_edits.js";
import { findModels, followState, hasCurve, rehearse } from "./live_runs.js";

/** @import { On } from "../parts/types.js" */
/** @import { Desk, DialsView, EditedMemory, EditedView, Editor, Live } from "./types.js" */
/** @import { LiveParts, Page, Task, TaskPad } from "./types.js" */

/** After two frames in a row that took longer, an edit goes on with less: of the steps that are not
 *  shown a quarter in turn have their curves computed in each frame, then an eighth, then less;
 *  fields have fewer cells. */
const SLOW_MS = { curves: 9, fields: 24 };
const [TURNS, MOST_TURNS] = [4, 16];
/** After so long without a move, all is computed for the place that is held. */
const HELD_MS = 300;

/** `showNewest` draws the data that came last.
 *
 * @type {(page: Page, view: EditedView, memory: EditedMemory, showNewest: () => void) => Live}
 */
export function openLive(page, view, memory, showNewest) {
  const { edits } = memory;
  const answered = edits.ahead;
  view.pointAxes = KINDS[view.kind].axes;
  receiveEdits(edits, view);
  if (answered && !edits.ahead) page.spoken.textContent = view.alt;
  findModels(view);
  if (edits.ahead) followState(view, edits.state);

  /** @type {LiveParts} */
  let parts;
  /** @type {Editor} */
  let editor;
  let frame = 0;
  let timer = 0;
  let [turn, slow] = [0, 0];
  let [catchUp, whole] = [0, false];
  let rehearsal = 0;
  let stopListening = () => {};
  const held = new Set();

  /** @type {(now: number) => number[]} */
  const stepsInTurn = (now) => {
    const steps = Array.from({ length: view.steps + 1 }, (_, step) => step);
    const { turns } = view.live;
    return steps.filter((step) => step === 0 || step === memory.step || (step + now) % turns === 0);
  };
  const takeTurns = () => {
    view.live.turns = Math.min(Math.max(TURNS, 2 * view.live.turns), MOST_TURNS);
    slow = 0;
  };
  const drawFrame = () => {
    frame = 0;
    const start = performance.now();
    clearTimeout(catchUp);
    const inTurn = view.live.turns > 1 && !memory.playing && !whole;
    view.live.only = inTurn ? stepsInTurn((turn += 1)) : null;
    whole = false;
    if (edits.ahead) {
      followState(view, edits.state);
      parts.pictures.forEach((picture) => picture.renew());
    }
    parts.playback.redraw();
    drawDesk();
    const spent = performance.now() - start;
    slow = spent > SLOW_MS[view.kind] ? slow + 1 : 0;
    if (memory.busy && slow > 1) takeTurns();
    if (view.live.only) catchUp = setTimeout(drawWhole, HELD_MS);
    if (window.hypernetBench) (memory.root.playerFrames ??= []).push(spent);
  };
  const drawWhole = () => {
    whole = true;
    desk.redraw();
  };
  const drawDesk = () => {
    drawButtons(page, memory, view);
    const { task } = edits.state;
    if (view.live.pad && task) memory.pad?.show(task.phase, task.amplitude);
    if (view.live.dials && task) memory.dials?.show(task);
  };
  /** @type {Desk} */
  const desk = {
    begin() {
      memory.busy = true;
      if (!memory.tools) showTools(page, memory, true);
      clearTimeout(timer);
    },
    /** No place is read while a point is held. */
    stopReading: () => parts.probes.forEach((probe) => probe.panel && probe.mark(null)),
    redraw() {
      frame ||= requestAnimationFrame(drawFrame);
    },
    finish() {
      clearTimeout(timer);
      held.clear();
      memory.busy = false;
      sealEdit(edits);
      view.live.turns = 1;
      if (edits.unsent) memory.component.setTriggerValue("edit", nextMessage(edits));
      if (memory.component === memory.shown) desk.redraw();
      else showNewest();
    },
  };
  /** @type {(phase: number, amplitude: number) => void} */
  const moveTask = (phase, amplitude) => {
    if (!memory.busy) memory.before = edits.state.task;
    desk.begin();
    changeTask(edits, { amplitude, phase });
    noteVaried(/** @type {TaskPad} */ (view.live.pad), memory);
    desk.redraw();
  };
  /** @type {(name: string, value: number) => void} */
  const moveDial = (name, value) => {
    const { task, points } = edits.state;
    const wanted = { ...task, [name]: value };
    const { live, gridX } = /** @type {DialsView} */ (view);
    const good = hasCurve(live, wanted, gridX, points);
    memory.notice = good ? "" : `There the true curve is no number: ${name} stays.`;
    if (good) {
      desk.begin();
      changeTask(edits, wanted);
    }
    desk.redraw();
  };
  return {
    start(on, given) {
      parts = given;
      editor = openEditor(page, view, memory, desk);
      page.edit.hidden = false;
      openTools(on, page, memory);
      page.drawn.hidden = !view.live.drawn;
      page.player.dataset.live = "";
      openClasses(on, page, view, editor, memory, desk);
      listenToButtons(on, page, editor, memory, desk);
      listenToDrags(on, page, parts.panels, editor, memory, desk);
      openTask(page, view, memory, moveTask, desk.finish);
      openNumbers(page, view, memory, moveDial, () => memory.busy && desk.finish());
      on(page.player, "focusout", () => held.size && desk.finish());
      stopListening = onModel(() => {
        findModels(view);
        if (edits.ahead) desk.redraw();
        else parts.pictures.forEach((picture) => picture.renew());
      });
      drawDesk();
      rehearsal = window.requestIdleCallback?.(() => rehearseOnce(view, memory)) ?? 0;
    },
    layout: (theme) => memory.pad?.layout(theme),
    key(event, probe) {
      const handled = !memory.drag && editByKey(editor, memory, event, probe);
      if (handled && memory.busy) held.add(event.code);
      return handled;
    },
    keyUp({ code }) {
      held.delete(code);
      const over = memory.busy && !memory.drag && held.size === 0;
      if (over) timer = setTimeout(desk.finish, RELEASE_MS);
    },
    stop() {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
      clearTimeout(catchUp);
      window.cancelIdleCallback?.(rehearsal);
      stopListening();
    },
  };
}

/** The tools for points come with the first edit, or when they are asked for.
 *
 * @type {(on: On, page: Page, memory: EditedMemory) => void}
 */
function openTools(on, page, memory) {
  showTools(page, memory, memory.tools || memory.edits.state.placed);
  on(page.edit, "click", () => showTools(page, memory, !memory.tools));
}

/** @type {(page: Page, memory: EditedMemory, shown: boolean) => void} */
function showTools(page, memory, shown) {
  memory.tools = shown;
  page.editing.hidden = !shown;
  page.edit.setAttribute("aria-expanded", String(shown));
}

/** So that the first touch is answered as soon as later ones.
 *
 * @type {(view: EditedView, memory: EditedMemory) => void}
 */
function rehearseOnce(view, memory) {
  if (!memory.rehearsed) rehearse(view);
  memory.rehearsed = true;
}

/** Notes the entry of the task that moved more since the drag began.
 *
 * @type {(pad: TaskPad, memory: EditedMemory) => void}
 */
function noteVaried(pad, memory) {
  const tasks = /** @type {Task[]} */ ([memory.before, memory.edits.state.task]);
  const [before, now] = tasks.map((task) => [task.amplitude, task.phase]);
  memory.varied = movedMore(before, now, [pad.amplitude, pad.phase], memory.varied);
}

/** The task pad beside the panels; it stays the same element from one run to the next.
 *
 * @type {(page: Page, view: EditedView, memory: EditedMemory,
 *   onMove: (phase: number, amplitude: number) => void, onRelease: () => void) => void}
 */
function openTask(page, view, memory, onMove, onRelease) {
  const { pad } = view.live;
  page.task.hidden = !pad;
  page.pins.hidden = !pad;
  memory.onTask = { onMove, onRelease };
  if (!pad) return;
  memory.pad ??= openPad(page.task, {
    label: "wave",
    x: pad.phase,
    y: pad.amplitude,
    onMove: (x, y) => memory.onTask?.onMove(x, y),
    onRelease: () => memory.onTask?.onRelease(),
  });
}

/** The dials above the panels; they stay the same elements as long as their ranges do.
 *
 * @type {(page: Page, view: EditedView, memory: EditedMemory,
 *   onMove: (name: string, value: number) => void, onRelease: () => void) => void}
 */
function openNumbers(page, view, memory, onMove, onRelease) {
  const { dials } = view.live;
  page.dials.hidden = !dials;
  memory.onDial = { onMove, onRelease };
  const key = JSON.stringify(dials?.map(({ value, ...dial }) => dial));
  if (!dials || memory.dials?.key === key) return;
  const shown = openDials(page.dials, dials, {
    onMove: (...moved) => memory.onDial?.onMove(...moved),
    onRelease: () => memory.onDial?.onRelease(),
  });
  memory.dials = { key, ...shown };
}

/* The inner-loop player: every step of an inner loop, scrubbed without the server.
 *
 * `data` is what ui/live/player/player.py sends (read_view.js).
 * What the visitor does (step, playing, marked cell, edits, pinned wave) lives on the shadow root
 * as `innerLoop`: Streamlit calls the default function again for new data and for a new theme,
 * without clean-up.
 * Data that arrive during an edit wait until it is over; Python hears of an edit once, then.
 *
 * While `window.hypernetBench` is true, the milliseconds of each live frame, computing and drawing,
 * are appended to `playerFrames` on the shadow root.
 */

import { readTheme } from "../parts/colours.js";
import { listenToPins } from "../parts/pins.js";
import { clamp } from "../parts/scales.js";
import { openLive } from "./live.js";
import { openEdits } from "./live_edits.js";
import { lossChart, stepUnder } from "./losses.js";
import { leftAt } from "./outcome.js";
import { panelRow } from "./panels.js";
import { readView } from "./read_view.js";
import { cellStories, pinWave } from "./story.js";
import { weightMaps } from "./weights.js";

/** @import { On, Theme } from "../parts/types.js" */
/** @import { CurvePanel, CurvesView, EditedMemory, EditedView, FirstMemory } from "./types.js" */
/** @import { Live, Memory, Page, Panel, Picture, Playback, PlayerComponent } from "./types.js" */
/** @import { Probe, Root, View } from "./types.js" */

const STEP_MS = 600;
const EASE_SHARE = 0.6;
const NOTE_MS = 200;
const PLAY = "M4 2.5v11l9-5.5z";
const PAUSE = "M4 3h3v10H4zM9 3h3v10H9z";

/** @type {(component: PlayerComponent) => () => void} */
export default function (component) {
  const { parentElement: root } = component;
  const memory = (root.innerLoop ??= {
    root, component, step: null, steps: 0, playing: false, cell: null,
    edits: openEdits(), label: 0, removing: false, painting: false, notice: "", drag: null,
    busy: false, tools: false, rehearsed: false, varied: 0, pinned: null, difference: false,
  });
  memory.component = component;
  if (!memory.busy) show(memory);
  return () => {
    memory.stop?.();
    clearTimeout(memory.noting);
  };
}

/** Draws the data that came last.
 *
 * @type {(memory: FirstMemory) => void}
 */
function show(memory) {
  const { root, component } = memory;
  memory.stop?.();
  memory.shown = component;
  const page = findParts(root);
  page.needed.hidden = true;
  try {
    const view = readView(component.data);
    recall(memory, view);
    showProblem(page, "");
    memory.stop = run(page, view, memory);
  } catch (error) {
    showProblem(page, `This picture cannot be drawn: ${/** @type {Error} */ (error).message}.`);
    memory.stop = undefined;
  }
}

/** @type {(root: Root) => Page} */
function findParts(root) {
  /** @type {(selector: string) => HTMLElement} */
  const find = (selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
  /** @type {(selector: string) => SVGSVGElement} */
  const findChart = (selector) => /** @type {SVGSVGElement} */ (root.querySelector(selector));
  return {
    needed: find(".script-needed"), player: find(".player"),
    pictures: find(".pictures"), controls: find(".controls"),
    back: find(".back"), play: find(".play"), next: find(".next"),
    where: find(".where"),
    scrubber: /** @type {HTMLInputElement} */ (find(".scrubber")),
    speed: /** @type {HTMLSelectElement} */ (find(".speed select")),
    fits: find(".fits"), reading: find(".reading"), key: find(".key"), below: find(".below"),
    losses: findChart(".losses .chart"), judge: find(".judge"),
    maps: find(".maps"), now: find(".now"), change: find(".change"), cell: find(".cell"),
    along: find(".along"), alongName: find(".along figcaption"), sweep: findChart(".sweep"),
    pins: find(".pins"), pin: find(".pin"), unpin: find(".unpin"), modes: find(".modes"),
    plainButton: find(".plain"), differenceButton: find(".difference"),
    task: find(".task"), dials: find(".dials"), edit: find(".edit"), editing: find(".editing"),
    classes: find(".classes"), undo: find(".undo"), redo: find(".redo"),
    removing: find(".removing"),
    painting: find(".painting"), clear: find(".clear"), drawn: find(".drawn"),
    yours: find(".yours"), problem: find(".problem"), spoken: find(".spoken"),
  };
}

/** @type {(page: Page, sentence: string) => void} */
function showProblem(page, sentence) {
  page.problem.textContent = sentence;
  page.problem.hidden = !sentence;
  page.controls.hidden = Boolean(sentence);
  page.pictures.hidden = Boolean(sentence);
}

/** The step to show: the one seen before, clamped; the last one if the last one was shown.
 *
 * @type {(memory: FirstMemory, view: View) => asserts memory is Memory}
 */
function recall(memory, view) {
  const wasLast = memory.steps > 0 && memory.step === memory.steps;
  const wanted = memory.step === null ? view.step : wasLast ? view.steps : memory.step;
  memory.step = clamp(wanted, 0, view.steps);
  memory.steps = view.steps;
  memory.playing = memory.playing && memory.step < view.steps;
  if ((memory.replay ??= view.replay) !== view.replay) {
    Object.assign(memory, { replay: view.replay, step: 0, playing: view.steps > 0 });
  }
}

// ---------------------------------------------------------------- the player

/** Draws `view`, listens to the visitor, and returns the function that ends both.
 *
 * @type {(page: Page, view: View, memory: Memory) => () => void}
 */
function run(page, view, memory) {
  const ending = new AbortController();
  /** @type {On} */
  const on = (target, type, act) =>
    target.addEventListener(type, /** @type {EventListener} */ (act), { signal: ending.signal });
  const theme = readTheme(page.player);
  page.player.setAttribute("aria-label", view.alt);
  page.player.dataset.kind = view.kind;
  page.player.style.colorScheme = theme.dark ? "dark" : "light";
  page.below.classList.toggle("two", Boolean(view.weights));
  page.maps.hidden = !view.weights;
  const live = view.live && makeLive(page, view, memory);

  const focused = focusedLearner(page.fits);
  const panels = panelRow(page, view, theme, memory);
  const cells = view.weights ? [weightMaps(page, view, theme, memory)] : [];
  const stories = view.live?.pad ? waveStories(page, view, theme, memory, panels.panels) : [];
  const pictures = [panels, lossChart(page, view, theme, memory), ...cells, ...stories];
  const probes = [...panels.probes, ...cells];
  /** @type {(position: number) => void} */
  const draw = (position) => {
    if (!theme.rem) return;
    pictures.forEach((picture) => picture.draw(position, memory.step));
    drawControls(page, view, memory);
  };
  const playback = playbackOf(page, view, memory, draw);
  live?.start(on, { panels: panels.panels, probes, pictures, playback });

  listenToControls(on, page, view, memory, playback);
  listenToPins(on, page, memory, () => pinWave(view, memory), playback.redraw);
  listenToKeys(on, page, memory, playback, probes, live);
  probes.forEach((probe) => listenToProbe(on, probe, playback.redraw, memory));
  const watcher = watchSize(page.player, theme, () => {
    live?.layout(theme);
    pictures.forEach((picture) => picture.layout());
    playback.redraw();
  });
  if (memory.playing) playback.play();
  panels.panels.find(({ fit }) => fit.label === focused)?.stage.focus({ preventScroll: true });
  return () => {
    ending.abort();
    watcher.disconnect();
    playback.halt();
    live?.stop();
  };
}

/** The edits of a view that has live loops; they begin with what Python sent.
 *
 * @type {(page: Page, view: View, memory: Memory) => Live}
 */
function makeLive(page, view, memory) {
  const edited = /** @type {EditedView} */ (view);
  return openLive(page, edited, /** @type {EditedMemory} */ (memory), () => show(memory));
}

/** What is told of a wave's weights: a pad stands beside curves alone.
 *
 * @type {(page: Page, view: View, theme: Theme, memory: Memory, panels: Panel[]) => Picture[]}
 */
function waveStories(page, view, theme, memory, panels) {
  const curves = /** @type {CurvesView} */ (view);
  return cellStories(page, curves, theme, memory, /** @type {CurvePanel[]} */ (panels));
}

/** The learner whose panel has the focus.
 *
 * @type {(host: HTMLElement) => string | undefined}
 */
function focusedLearner(host) {
  const { activeElement } = /** @type {ShadowRoot} */ (host.getRootNode());
  const panel = /** @type {HTMLElement | null | undefined} */ (activeElement?.closest(".fit"));
  return panel?.dataset.learner;
}

/** Calls `layout` now and whenever the width or the base font size (`theme.rem`) changes.
 *
 * @type {(host: HTMLElement, theme: Theme, layout: () => void) => ResizeObserver}
 */
function watchSize(host, theme, layout) {
  let width = 0;
  const fit = () => {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    if (host.clientWidth === 0 || (host.clientWidth === width && rem === theme.rem)) return;
    width = host.clientWidth;
    theme.rem = rem;
    layout();
  };
  fit();
  const watcher = new ResizeObserver(fit);
  watcher.observe(host);
  return watcher;
}

/** @type {(page: Page, view: View, memory: Memory) => void} */
function drawControls(page, view, memory) {
  const words = memory.playing ? "pause" : "play";
  page.where.textContent = `inner step ${memory.step} of ${view.steps}`;
  page.scrubber.max = String(view.steps);
  page.scrubber.value = String(memory.step);
  page.scrubber.style.setProperty("--share", `${(100 * memory.step) / (view.steps || 1)}%`);
  page.scrubber.disabled = view.steps === 0;
  page.scrubber.setAttribute("aria-valuetext", `step ${memory.step} of ${view.steps}`);
  page.play.setAttribute("aria-label", words);
  page.play.title = words;
  page.play.querySelector("path")?.setAttribute("d", memory.playing ? PAUSE : PLAY);
  page.back.setAttribute("aria-disabled", String(memory.step === 0));
  page.next.setAttribute("aria-disabled", String(memory.step === view.steps));
}

/** Moves through the steps: at once by hand, eased while playing (unless motion is unwelcome).
 *
 * @type {(page: Page, view: View, memory: Memory, draw: (position: number) => void) => Playback}
 */
function playbackOf(page, view, memory, draw) {
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  let frame = 0;
  let since = 0;
  let from = memory.step;

  const halt = () => cancelAnimationFrame(frame);
  /** @type {(playing: boolean) => void} */
  const settle = (playing) => {
    halt();
    memory.playing = playing;
    from = memory.step;
    draw(memory.step);
    if (!playing) noteInAddress(memory, view.steps);
  };
  const play = () => {
    if (memory.step === view.steps) memory.step = 0;
    settle(view.steps > 0);
    since = performance.now();
    if (memory.playing) frame = requestAnimationFrame(tick);
  };
  /** @type {(now: number) => void} */
  const tick = (now) => {
    const pace = STEP_MS / Number(page.speed.value);
    if (now - since >= pace) {
      [from, since] = [memory.step, now];
      memory.step += 1;
    }
    const share = calm.matches ? 1 : clamp((now - since) / (pace * EASE_SHARE), 0, 1);
    if (share === 1 && memory.step === view.steps) return settle(false);
    draw(from + (memory.step - from) * share * share * (3 - 2 * share));
    frame = requestAnimationFrame(tick);
  };
  return {
    halt,
    redraw: () => memory.playing || draw(memory.step),
    play,
    toggle: () => (memory.playing ? settle(false) : play()),
    show(step) {
      memory.step = clamp(step, 0, view.steps);
      settle(false);
      page.spoken.textContent = stepSentence(view, memory.step);
    },
  };
}

/** Puts the step into the page's address, so that a link shows it; the last step is left out.
 *
 * @type {(memory: Memory, steps: number) => void}
 */
function noteInAddress(memory, steps) {
  clearTimeout(memory.noting);
  memory.noting = setTimeout(() => {
    const address = new URL(window.location.href);
    if (memory.step === steps) address.searchParams.delete("at");
    else address.searchParams.set("at", String(memory.step));
    window.history.replaceState(window.history.state, "", address);
  }, NOTE_MS);
}

/** @type {(view: View, step: number) => string} */
function stepSentence(view, step) {
  const scores = view.fits.map(({ label, kept, score }) =>
    `${label} ${step < kept ? score.format(score.values[step]) : leftAt(kept)}`);
  return `step ${step}: ${view.fits[0].score.name} ${scores.join(", ")}`;
}

// ---------------------------------------------------------------- listening

/** @type {(on: On, page: Page, view: View, memory: Memory, playback: Playback) => void} */
function listenToControls(on, page, view, memory, playback) {
  on(page.back, "click", () => playback.show(memory.step - 1));
  on(page.next, "click", () => playback.show(memory.step + 1));
  on(page.play, "click", playback.toggle);
  on(page.scrubber, "input", () => playback.show(Number(page.scrubber.value)));
  /** @type {(event: PointerEvent) => void} */
  const pick = (event) => {
    const step = stepUnder(page.losses, event, view.steps);
    if (event.buttons === 1 && step !== memory.step) playback.show(step);
  };
  on(page.losses, "pointerdown", pick);
  on(page.losses, "pointermove", pick);
}

/** Space plays, arrows step. No key leaves the player: Streamlit has shortcuts of its own.
 *
 * @type {(on: On, page: Page, memory: Memory, playback: Playback, probes: Probe[],
 *   live: Live | null) => void}
 */
function listenToKeys(on, page, memory, playback, probes, live) {
  /** @type {(probe: Probe, key: string) => void} */
  const read = (probe, key) => {
    probe.mark(probe.next(key));
    playback.redraw();
    page.spoken.textContent = probe.line.textContent;
  };
  /** @type {Record<string, () => number>} */
  const jumps = {
    ArrowLeft: () => memory.step - 1, ArrowDown: () => memory.step - 1,
    ArrowRight: () => memory.step + 1, ArrowUp: () => memory.step + 1,
    Home: () => 0, End: () => memory.steps,
  };
  /** @type {(event: KeyboardEvent) => void} */
  const act = (event) => {
    const { key } = event;
    const target = /** @type {HTMLElement} */ (event.target);
    const probe = probes.find(({ host }) => host === target);
    if (live?.key(event, probe)) return event.preventDefault();
    const native = key === " " ? target.tagName === "BUTTON" : target === page.scrubber;
    if (native || target === page.speed || !(key === " " || key in jumps)) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (key === " ") playback.toggle();
    else if (probe) read(probe, key);
    else playback.show(jumps[key]());
  };
  on(page.player, "keydown", (event) => {
    event.stopPropagation();
    act(event);
  });
  on(page.player, "keyup", (event) => {
    event.stopPropagation();
    live?.keyUp(event);
  });
  on(page.player, "keypress", (event) => event.stopPropagation());
}

/** A probe reads a picture where the visitor points: a cell's number, a place in a field.
 *
 * @type {(on: On, probe: Probe, redraw: () => void, memory: Memory) => void}
 */
function listenToProbe(on, probe, redraw, memory) {
  const { host } = probe;
  /** @type {Probe["mark"]} */
  const mark = (place) => {
    probe.mark(place);
    redraw();
  };
  /** @type {(event: PointerEvent) => void} */
  const point = (event) => memory.drag || mark(probe.under(event));
  on(host, "pointermove", point);
  on(host, "pointerdown", point);
  on(host, "pointerleave", ({ pointerType }) => pointerType === "touch" || mark(null));
  const chosen = () => probe.panel && memory.edits.marked !== null;
  const reads = () => host.matches(":focus-visible") && !chosen();
  on(host, "focus", () => reads() && mark(probe.first()));
  on(host, "blur", () => mark(null));
}

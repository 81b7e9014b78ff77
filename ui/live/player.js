/* The inner-loop player: every step of a recorded inner loop, scrubbed without the server.
 *
 * `data` is what ui/live/player.py sends; every …64 field is base64 of little-endian float32:
 *   steps, step              gradient steps recorded, step to show first
 *   alt                      one sentence, the name of the whole picture
 *   xRange, yRange           [low, high] of every panel
 *   grid, gridX64, truth64   number of grid points; their x; the true curve there
 *   points, supportX64, supportY64
 *   fits[]                   label, colour, dash, note, kept (entries before the learner left the
 *                            chart, ≤ steps + 1), curves64 (kept × grid), supportLoss64 (kept),
 *                            queryLoss64 (kept)
 *   weights | null           label, kept, tensors[]: label, rows, cols, values64 (kept × rows·cols)
 *
 * What the visitor does (step, playing, marked cell) lives on the shadow root as `innerLoop`:
 * Streamlit calls the default function again for new data and for a new theme, without clean-up.
 */

const STEP_MS = 600;
const EASE_SHARE = 0.6;
const PLAY = "M4 2.5v11l9-5.5z";
const PAUSE = "M4 3h3v10H4zM9 3h3v10H9z";
const HINT = "Point at a cell to read its number.";

export default function ({ data, parentElement: root }) {
  const memory = (root.innerLoop ??= { step: null, steps: 0, playing: false, cell: null });
  memory.stop?.();
  const page = findParts(root);
  try {
    const view = readView(data);
    recall(memory, view);
    showProblem(page, "");
    memory.stop = run(page, view, memory);
  } catch (error) {
    showProblem(page, `This picture cannot be drawn: ${error.message}.`);
    memory.stop = undefined;
  }
  return () => memory.stop?.();
}

function findParts(root) {
  const find = (selector) => root.querySelector(selector);
  return {
    player: find(".player"), pictures: find(".pictures"), controls: find(".controls"),
    back: find(".back"), play: find(".play"), next: find(".next"),
    where: find(".where"), scrubber: find(".scrubber"), speed: find(".speed select"),
    fits: find(".fits"), below: find(".below"), losses: find(".losses .chart"),
    weights: find(".weights"), maps: find(".maps"), cell: find(".cell"),
    problem: find(".problem"), spoken: find(".spoken"),
  };
}

function showProblem(page, sentence) {
  page.problem.textContent = sentence;
  page.problem.hidden = !sentence;
  page.controls.hidden = Boolean(sentence);
  page.pictures.hidden = Boolean(sentence);
}

/** The step to show: the one seen before, clamped; the last one if the last one was shown. */
function recall(memory, view) {
  const wasLast = memory.steps > 0 && memory.step === memory.steps;
  const wanted = memory.step === null ? view.step : wasLast ? view.steps : memory.step;
  memory.step = clamp(wanted, 0, view.steps);
  memory.steps = view.steps;
}

// ---------------------------------------------------------------- reading the data

function readView(data) {
  if (!Array.isArray(data?.fits) || data.fits.length === 0) throw new Error("no learner was sent");
  const { steps, step, alt, grid, points, xRange, yRange } = data;
  return {
    steps, step, alt, xRange, yRange,
    gridX: decodeFloats(data.gridX64, grid, "grid x"),
    truth: decodeFloats(data.truth64, grid, "truth y"),
    supportX: decodeFloats(data.supportX64, points, "support x"),
    supportY: decodeFloats(data.supportY64, points, "support y"),
    fits: data.fits.map((fit) => readFit(fit, grid)),
    weights: data.weights && readWeights(data.weights),
  };
}

function readFit(fit, grid) {
  const { label, colour, dash, note, kept } = fit;
  return {
    label, colour, dash, note, kept,
    curves: decodeFloats(fit.curves64, kept * grid, `curves of ${label}`),
    supportLoss: decodeFloats(fit.supportLoss64, kept, `support loss of ${label}`),
    queryLoss: decodeFloats(fit.queryLoss64, kept, `query loss of ${label}`),
  };
}

function readWeights({ label, kept, tensors }) {
  const read = tensors.map(({ label: name, rows, cols, values64 }) => {
    const size = rows * cols;
    const values = decodeFloats(values64, kept * size, `values of ${name}`);
    return { label: name, rows, cols, size, values };
  });
  return { label, kept, tensors: read };
}

// ---------------------------------------------------------------- the player

/** Draws `view`, listens to the visitor, and returns the function that ends both. */
function run(page, view, memory) {
  const ending = new AbortController();
  const on = (target, type, act) => target.addEventListener(type, act, { signal: ending.signal });
  const theme = readTheme(page.player);
  page.player.setAttribute("aria-label", view.alt);
  page.below.classList.toggle("two", Boolean(view.weights));
  page.weights.hidden = !view.weights;

  const pictures = [fitPanels(page, view, theme), lossChart(page, view, theme)];
  const cells = view.weights && weightMaps(page, view, theme, memory);
  if (cells) pictures.push(cells);
  const draw = (position) => {
    pictures.forEach((picture) => picture.draw(position, memory.step));
    drawControls(page, view, memory);
  };
  const playback = playbackOf(page, view, memory, draw);

  listenToControls(on, page, view, memory, playback);
  listenToKeys(on, page, memory, playback, cells);
  if (cells) listenToCells(on, page, cells, () => draw(memory.step));
  const watcher = watchSize(page, theme, pictures, () => draw(memory.step));
  if (memory.playing) playback.play();
  return () => {
    ending.abort();
    watcher.disconnect();
    playback.halt();
  };
}

/** Lays the pictures out now and whenever the width or the base font size changes. */
function watchSize(page, theme, pictures, draw) {
  let laidOut = "";
  const fit = () => {
    theme.rem = readTheme(page.player).rem;
    const size = `${page.player.clientWidth} ${theme.rem}`;
    if (size === laidOut || page.player.clientWidth === 0) return;
    laidOut = size;
    pictures.forEach((picture) => picture.layout());
    draw();
  };
  fit();
  const watcher = new ResizeObserver(fit);
  watcher.observe(page.player);
  return watcher;
}

function drawControls(page, view, memory) {
  const words = memory.playing ? "pause" : "play";
  page.where.textContent = `inner step ${memory.step} of ${view.steps}`;
  page.scrubber.max = view.steps;
  page.scrubber.value = memory.step;
  page.scrubber.disabled = view.steps === 0;
  page.scrubber.setAttribute("aria-valuetext", `step ${memory.step} of ${view.steps}`);
  page.play.setAttribute("aria-label", words);
  page.play.title = words;
  page.play.querySelector("path").setAttribute("d", memory.playing ? PAUSE : PLAY);
  page.back.setAttribute("aria-disabled", memory.step === 0);
  page.next.setAttribute("aria-disabled", memory.step === view.steps);
}

/** Moves through the steps: at once by hand, eased while playing (unless motion is unwelcome). */
function playbackOf(page, view, memory, draw) {
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  let frame = 0;
  let since = 0;
  let from = memory.step;

  const halt = () => cancelAnimationFrame(frame);
  const settle = (playing) => {
    halt();
    memory.playing = playing;
    from = memory.step;
    draw(memory.step);
  };
  const tick = (now) => {
    const pace = STEP_MS / Number(page.speed.value);
    if (now - since >= pace) {
      if (memory.step === view.steps) return settle(false);
      [from, since] = [memory.step, now];
      memory.step += 1;
    }
    const share = calm.matches ? 1 : clamp((now - since) / (pace * EASE_SHARE), 0, 1);
    draw(from + (memory.step - from) * share * share * (3 - 2 * share));
    frame = requestAnimationFrame(tick);
  };
  return {
    halt,
    pause: () => settle(false),
    play() {
      if (memory.step === view.steps) memory.step = 0;
      settle(view.steps > 0);
      since = performance.now();
      if (memory.playing) frame = requestAnimationFrame(tick);
    },
    show(step) {
      memory.step = clamp(step, 0, view.steps);
      settle(false);
      page.spoken.textContent = stepSentence(view, memory.step);
    },
  };
}

function stepSentence(view, step) {
  const losses = view.fits.map(({ label, kept, queryLoss }) =>
    step < kept ? `${label} ${formatNumber(queryLoss[step])}` : `${label} ${leftAt(kept)}`);
  return `step ${step}: query loss ${losses.join(", ")}`;
}

const leftAt = (kept) => `left the chart at step ${kept}`;

// ---------------------------------------------------------------- listening

function listenToControls(on, page, view, memory, playback) {
  on(page.back, "click", () => playback.show(memory.step - 1));
  on(page.next, "click", () => playback.show(memory.step + 1));
  on(page.play, "click", () => (memory.playing ? playback.pause() : playback.play()));
  on(page.scrubber, "input", () => playback.show(Number(page.scrubber.value)));
  const pick = (event) => {
    const step = stepUnder(page.losses, event, view.steps);
    if (event.buttons === 1 && step !== memory.step) playback.show(step);
  };
  on(page.losses, "pointerdown", pick);
  on(page.losses, "pointermove", pick);
}

/** The inner step below the pointer in the loss chart. */
function stepUnder(chart, event, steps) {
  const [left, right] = chart.dataset.plotX.split(" ").map(Number);
  const x = event.clientX - chart.getBoundingClientRect().left;
  return clamp(Math.round(((x - left) / (right - left)) * steps), 0, steps);
}

/** Space plays, arrows step. No key leaves the player: Streamlit has shortcuts of its own. */
function listenToKeys(on, page, memory, playback, cells) {
  const jumps = {
    ArrowLeft: () => memory.step - 1, ArrowDown: () => memory.step - 1,
    ArrowRight: () => memory.step + 1, ArrowUp: () => memory.step + 1,
    Home: () => 0, End: () => memory.steps,
  };
  const act = (event) => {
    const { target, key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || target === page.speed) return false;
    if (key === " ") return target.tagName !== "BUTTON" && !page.play.click();
    if (!(key in jumps) || target === page.scrubber) return false;
    if (target === page.maps && cells) cells.move(key, page.spoken);
    else playback.show(jumps[key]());
    return true;
  };
  on(page.player, "keydown", (event) => {
    event.stopPropagation();
    if (act(event)) event.preventDefault();
  });
  on(page.player, "keyup", (event) => event.stopPropagation());
  on(page.player, "keypress", (event) => event.stopPropagation());
}

function listenToCells(on, page, cells, draw) {
  const mark = (cell) => {
    cells.mark(cell);
    draw();
  };
  const point = (event) => mark(cells.under(event));
  on(page.maps, "pointermove", point);
  on(page.maps, "pointerdown", point);
  on(page.maps, "pointerleave", () => mark(null));
  on(page.maps, "focus", () => page.maps.matches(":focus-visible") && mark(cells.first()));
  on(page.maps, "blur", () => mark(null));
}

// ---------------------------------------------------------------- fits: one panel per learner

function fitPanels(page, view, theme) {
  page.fits.replaceChildren();
  const panels = view.fits.map((fit) => fitPanel(page.fits, fit, theme));
  const grid = view.gridX.length;
  let ys = Float32Array.from(view.truth);
  let scales = null;

  const layout = () => {
    page.fits.style.setProperty("--columns", columnsFor(page.fits, panels.length, theme.rem));
    panels.forEach((panel) => {
      scales = layoutPanel(panel, view, theme);
    });
    scales.xs = view.gridX.map(scales.x);
  };
  const drawPanel = ({ fit, figure, current, caption, left }, position, step) => {
    const shown = Math.min(position, fit.kept - 1);
    ys = rowAt(fit.curves, grid, shown, ys);
    current.setAttribute("d", polyline(scales.xs, ys.map(scales.y)));
    caption.textContent = fitCaption(fit, step);
    figure.classList.toggle("left", step >= fit.kept);
    left.style.visibility = step >= fit.kept ? "visible" : "hidden";
  };
  return {
    layout,
    draw: (position, step) => panels.forEach((panel) => drawPanel(panel, position, step)),
  };
}

/** Panels per row: as many as are legible, rows of equal length. */
function columnsFor(host, count, rem) {
  const most = clamp(Math.floor(host.clientWidth / (10 * rem)), 1, count);
  return Math.ceil(count / Math.ceil(count / most));
}

function fitCaption({ queryLoss, kept }, step) {
  const first = `query MSE ${formatNumber(queryLoss[0])}`;
  const now = Math.min(step, kept - 1);
  return now === 0 ? first : `${first} → ${formatNumber(queryLoss[now])}`;
}

function fitPanel(host, fit, theme) {
  const place = { class: "fit", "data-testid": "fit-panel", "data-learner": fit.label };
  const figure = html(host, "figure", place);
  figure.style.setProperty("--ink", readable(fit.colour, theme));
  const title = html(figure, "figcaption", { class: "title" });
  const sample = svg(title, "svg", { viewBox: "0 0 30 14", "aria-hidden": "true" });
  svg(sample, "path", { class: "sample", d: "M0 7H30", "stroke-dasharray": fit.dash });
  html(title, "span", {}, fit.label);
  const chart = svg(figure, "svg", { class: "chart", "aria-hidden": "true" });
  const caption = html(figure, "p", { class: "caption" });
  const left = html(figure, "p", { class: "note" }, leftAt(fit.kept));
  if (fit.note) html(figure, "p", { class: "note" }, fit.note);
  return { fit, figure, chart, caption, left, current: null };
}

/** Draws what does not move in a panel; returns the scales, which all panels share. */
function layoutPanel(panel, view, theme) {
  const { chart, fit } = panel;
  const width = panel.figure.clientWidth;
  const height = clamp(0.62 * width, 8.5 * theme.rem, 14 * theme.rem);
  const area = plotArea(width, height, theme.rem, { left: 1.7, right: 0.4, top: 1.4, bottom: 2.4 });
  const x = linearScale(view.xRange, [area.left, area.right]);
  const y = linearScale(view.yRange, [area.bottom, area.top]);
  startChart(chart, width, height, area);
  const ticks = (range, count) => linearTicks(range, count).map((v) => [v, formatTick(v)]);
  const xTicks = ticks(view.xRange, (area.right - area.left) / (3 * theme.rem));
  const yTicks = ticks(view.yRange, (area.bottom - area.top) / (1.8 * theme.rem));
  drawAxes(chart, area, { x, y, xTicks, yTicks, xName: "x", yName: "y" });

  const lines = clipped(chart, area, panel.figure.dataset.learner);
  const path = (ys) => polyline(view.gridX.map(x), ys.map(y));
  svg(lines, "path", { class: "truth", "data-role": "truth", d: path(view.truth) });
  const before = path(fit.curves.subarray(0, view.gridX.length));
  svg(lines, "path", { class: "before", "data-role": "before", d: before });
  const role = { class: "current", "data-role": "current", "stroke-dasharray": fit.dash };
  panel.current = svg(lines, "path", role);
  view.supportX.forEach((value, i) => {
    const centre = { cx: x(value).toFixed(2), cy: y(view.supportY[i]).toFixed(2) };
    svg(lines, "circle", { class: "support", r: 0.28 * theme.rem, ...centre });
  });
  panel.left.hidden = fit.kept > view.steps;
  return { x, y };
}

/** Empties a chart and sets its size; the plot's pixel ranges stay readable on the element. */
function startChart(chart, width, height, { left, right, top, bottom }) {
  chart.replaceChildren();
  chart.setAttribute("viewBox", `0 0 ${width} ${height}`);
  chart.style.height = `${height}px`;
  chart.dataset.plotX = `${left} ${right}`;
  chart.dataset.plotY = `${bottom} ${top}`;
}

/** A group whose content ends at the plot's borders. */
function clipped(chart, { left, right, top, bottom }, name) {
  const id = `clip-${name}`;
  const clip = svg(svg(chart, "defs"), "clipPath", { id });
  svg(clip, "rect", { x: left, y: top, width: right - left, height: bottom - top });
  return svg(chart, "g", { "clip-path": `url("#${CSS.escape(id)}")` });
}

// ---------------------------------------------------------------- losses over the inner steps

function lossChart(page, view, theme) {
  const inks = view.fits.map((fit) => readable(fit.colour, theme));
  let plot = null;

  const layout = () => {
    plot = lossPlot(page.losses, view, theme);
    view.fits.forEach((fit, i) => drawLosses(plot, fit, inks[i], view.steps));
    labelEnds(plot, view, inks);
    plot.mark = svg(page.losses, "g", { class: "mark", "data-testid": "step-mark" });
    svg(plot.mark, "line", { x1: 0, x2: 0, y1: plot.area.top, y2: plot.area.bottom });
    plot.dots = inks.map((ink) =>
      svg(page.losses, "circle", { class: "query", r: 0.36 * theme.rem, style: `--ink: ${ink}` }));
  };
  const draw = (position) => {
    plot.mark.setAttribute("transform", `translate(${plot.x(position).toFixed(2)} 0)`);
    view.fits.forEach(({ kept, queryLoss }, i) => {
      const shown = Math.min(position, kept - 1);
      const [loss] = rowAt(queryLoss, 1, shown, [0]);
      plot.dots[i].setAttribute("cx", plot.x(shown).toFixed(2));
      plot.dots[i].setAttribute("cy", plot.y(loss).toFixed(2));
    });
  };
  return { layout, draw };
}

function lossPlot(chart, view, theme) {
  const { rem } = theme;
  const width = chart.parentElement.clientWidth;
  const height = clamp(0.7 * width, 15 * rem, 19 * rem);
  const stays = view.fits.filter(({ kept }) => kept > view.steps).map(({ label }) => label);
  const widest = Math.max(0, ...stays.map((label) => textWidth(label, theme)));
  const named = widest < 0.3 * width;
  const right = named ? widest / rem + 1.1 : 0.8;
  const area = plotArea(width, height, rem, { left: 2.7, right, top: 1.6, bottom: 2.4 });
  const range = lossRange(view.fits);
  const x = linearScale([0, view.steps], [area.left, area.right]);
  const y = logScale(range, [area.bottom, area.top]);
  startChart(chart, width, height, area);
  const yTicks = logTicks(range, 6).map((value) => [value, formatTick(value)]);
  const whole = linearTicks([0, view.steps || 1], (area.right - area.left) / (2 * rem));
  const xTicks = whole.filter(Number.isInteger).map((value) => [value, String(value)]);
  drawAxes(chart, area, { x, y, xTicks, yTicks, xName: "inner step", yName: "loss (log scale)" });
  return { chart, area, x, y, named, theme };
}

function textWidth(text, theme) {
  const context = document.createElement("canvas").getContext("2d");
  context.font = `${0.8125 * theme.rem}px ${theme.font}`;
  return context.measureText(text).width;
}

/** All losses with a little room, at most twelve powers of ten (a loss may be exactly 0). */
function lossRange(fits) {
  const losses = fits.flatMap(({ supportLoss, queryLoss }) => [...supportLoss, ...queryLoss]);
  const positive = losses.filter((loss) => loss > 0);
  const high = positive.length ? Math.max(...positive) : 1;
  const low = Math.max(positive.length ? Math.min(...positive) : 0.1, high * 1e-12);
  return [low / 1.4, high * 1.4];
}

function logScale([low, high], pixels) {
  const scale = linearScale([Math.log10(low), Math.log10(high)], pixels);
  return (value) => scale(Math.log10(Math.max(value, low)));
}

function drawLosses({ chart, area, x, y, theme }, fit, ink, steps) {
  const group = svg(chart, "g", { "data-learner": fit.label, style: `--ink: ${ink}` });
  const xs = Array.from({ length: fit.kept }, (_, step) => x(step));
  const spacing = (area.right - area.left) / Math.max(1, steps);
  const every = Math.max(1, Math.ceil((0.55 * theme.rem) / spacing));
  const lines = [["support", fit.supportLoss, "hollow"], ["query", fit.queryLoss, "query"]];
  lines.forEach(([role, losses, marker]) => {
    const ys = [...losses].map(y);
    const style = { class: `line ${role}`, "data-role": role, "stroke-dasharray": fit.dash };
    svg(group, "path", { ...style, d: polyline(xs, ys) });
    xs.forEach((cx, step) => {
      const place = { cx: cx.toFixed(2), cy: ys[step].toFixed(2), r: 0.2 * theme.rem };
      if (step % every === 0) svg(group, "circle", { class: marker, ...place });
    });
  });
}

/** Names at the right end of the lines; for those that left the chart, a cross and a sentence. */
function labelEnds(plot, view, inks) {
  const { x, y, area, named, chart } = plot;
  const ends = view.fits.map(({ label, kept, queryLoss }, i) =>
    ({ label, kept, ink: inks[i], x: x(kept - 1), y: y(queryLoss[kept - 1]) }));
  const gone = ends.filter(({ kept }) => kept <= view.steps);
  gone.forEach((end) => drawCross(plot, end));
  spread(gone, plot).forEach((end) => sayLeft(plot, end));
  if (!named) return;
  const stays = ends.filter(({ kept }) => kept > view.steps);
  spread(stays, plot).forEach(({ label, ink, y: from, at }) => {
    const { rem } = area;
    const line = { x1: area.right + 0.3 * rem, y1: from, x2: area.right + 0.8 * rem, y2: at };
    svg(chart, "line", { class: "leader", style: `--ink: ${ink}`, ...line });
    svg(chart, "text", { class: "label", x: area.right + rem, y: at + 0.28 * rem }, label);
  });
}

/** The items with `at`, their y moved apart just enough for one line of text each. */
function spread(items, { area }) {
  const gap = 1.1 * area.rem;
  const sorted = [...items].sort((a, b) => a.y - b.y).map((item) => ({ ...item, at: item.y }));
  let free = area.top;
  sorted.forEach((item) => {
    item.at = Math.max(item.at, free);
    free = item.at + gap;
  });
  free = area.bottom;
  sorted.reverse().forEach((item) => {
    item.at = Math.min(item.at, free);
    free = item.at - gap;
  });
  return sorted;
}

function drawCross({ chart, area }, { x, y, ink }) {
  const r = 0.4 * area.rem;
  const d = `M${x - r} ${y - r}L${x + r} ${y + r}M${x - r} ${y + r}L${x + r} ${y - r}`;
  svg(chart, "path", { class: "cross", "data-role": "left", style: `--ink: ${ink}`, d });
}

/** "… left the chart at step n", on the side of the cross where it fits. */
function sayLeft({ chart, area, theme }, { label, kept, x, at }) {
  const space = 0.7 * area.rem;
  const texts = [`${label} ${leftAt(kept)}`, leftAt(kept)];
  const fits = (text) => x + space + textWidth(text, theme) <= area.right;
  const text = texts.find(fits);
  const place = { class: "label", y: at + 0.28 * area.rem };
  if (text) svg(chart, "text", { ...place, x: x + space }, text);
  else svg(chart, "text", { ...place, x: x - space, "text-anchor": "end" }, texts[1]);
}

// ---------------------------------------------------------------- weights and what changed in them

function weightMaps(page, view, theme, memory) {
  const { label, kept, tensors } = view.weights;
  const ranges = weightRanges(tensors);
  const colours = divergingMap(theme.dark);
  page.maps.replaceChildren();
  page.maps.setAttribute("aria-label", `Weights of ${label}: arrow keys read them cell by cell`);
  const now = weightMap(page.maps, "weights", ranges.now, colours);
  const change = weightMap(page.maps, "weights-change", ranges.change, colours);
  change.title.textContent = "What the inner loop changed";
  tensors.forEach((tensor) => {
    tensor.first = tensor.values.subarray(0, tensor.size);
    tensor.now = Float32Array.from(tensor.first);
    tensor.change = new Float32Array(tensor.size);
  });
  const known = ({ tensor, row, col }) =>
    tensors[tensor] && row < tensors[tensor].rows && col < tensors[tensor].cols;
  if (memory.cell && !known(memory.cell)) memory.cell = null;
  let blocks = [];

  const layout = () => {
    const width = now.cells.clientWidth;
    blocks = packBlocks(tensors, width, 17.5 * theme.rem, theme);
    [now, change].forEach((map) => sizeCanvas(map.canvas, blocks));
  };
  const draw = (position, step) => {
    const shown = Math.min(position, kept - 1);
    tensors.forEach((tensor) => {
      rowAt(tensor.values, tensor.size, shown, tensor.now);
      tensor.now.forEach((value, i) => {
        tensor.change[i] = value - tensor.first[i];
      });
    });
    paint(now, blocks, tensors.map((t) => t.now), memory.cell, theme);
    paint(change, blocks, tensors.map((t) => t.change), memory.cell, theme);
    now.title.textContent = weightsTitle(view.weights, step);
    change.empty.textContent = step === 0 ? "no step taken yet" : ranges.still ? "nothing changed" : "";
    change.empty.hidden = !change.empty.textContent;
    page.cell.textContent = memory.cell ? cellSentence(tensors, memory.cell, step) : HINT;
  };
  return {
    layout,
    draw,
    mark: (cell) => (memory.cell = cell),
    first: () => memory.cell ?? { tensor: 0, row: 0, col: 0 },
    under: (event) => cellUnder(event, [now.canvas, change.canvas], blocks),
    move(key, spoken) {
      memory.cell = memory.cell ? nextCell(tensors, memory.cell, key) : this.first();
      draw(memory.step, memory.step);
      spoken.textContent = page.cell.textContent;
    },
  };
}

function weightsTitle({ label, kept }, step) {
  const last = Math.min(step, kept - 1);
  const tail = step > last ? " (then it left the chart)" : "";
  return `Weights of ${label}, after step ${last}${tail}`;
}

/** One symmetric range per map, over all steps; tiny changes must not look large. */
function weightRanges(tensors) {
  let now = 0;
  let change = 0;
  tensors.forEach(({ values, size }) => {
    values.forEach((value, i) => {
      now = Math.max(now, Math.abs(value));
      change = Math.max(change, Math.abs(value - values[i % size]));
    });
  });
  now = now || 1;
  return { now, change: Math.max(change, 1e-4 * now), still: change === 0 };
}

function weightMap(host, name, range, { shades, gradient }) {
  const figure = html(host, "figure", { class: "map" });
  const title = html(figure, "figcaption", { class: "title" });
  const cells = html(figure, "div", { class: "cells" });
  const canvas = html(cells, "canvas", { "data-testid": name, "aria-hidden": "true" });
  const empty = html(html(cells, "div", { class: "empty" }), "span");
  const scale = html(figure, "div", { class: "scale" });
  html(scale, "div", { class: "bar" }).style.background = gradient;
  [-range, 0, range].forEach((value) => html(scale, "span", {}, formatNumber(value)));
  return { title, cells, canvas, empty, range, shades };
}

/** The tensors as blocks on shelves, with the largest cell that fits; vectors stay visible. */
function packBlocks(tensors, width, height, theme) {
  const least = 1 / window.devicePixelRatio;
  let cell = 1.5 * theme.rem;
  let packed = shelve(tensors, cell, theme);
  while (cell > least && (packed.width > width || packed.height > height)) {
    cell -= least;
    packed = shelve(tensors, cell, theme);
  }
  return packed;
}

function shelve(tensors, cell, theme) {
  const { rem } = theme;
  const thick = Math.max(cell, 0.5 * rem);
  const [gap, head] = [0.6 * rem, 1.1 * rem];
  const packed = { blocks: [], width: 0, height: 0 };
  let [x, shelf, top] = [0, 0, 0];
  tensors.forEach(({ label, rows, cols }) => {
    const [w, h] = [cols === 1 ? thick : cols * cell, rows === 1 ? thick : rows * cell];
    if (x > 0 && cols > 2 * rows) [x, top, shelf] = [0, top + shelf + 0.4 * rem, 0];
    packed.blocks.push({ label, rows, cols, x, y: top + head, w, h });
    packed.width = Math.max(packed.width, x + w);
    x += Math.max(w, textWidth(label, theme)) + gap;
    shelf = Math.max(shelf, head + h);
  });
  packed.height = top + shelf;
  return packed;
}

function sizeCanvas(canvas, { width, height }) {
  const [w, h] = [Math.ceil(width) + 2, Math.ceil(height) + 2];
  canvas.style.width = `${w}px`;
  canvas.style.height = `${h}px`;
  canvas.width = Math.round(w * window.devicePixelRatio);
  canvas.height = Math.round(h * window.devicePixelRatio);
}

function paint({ canvas, range, shades }, { blocks }, arrays, marked, theme) {
  const context = canvas.getContext("2d");
  const ratio = window.devicePixelRatio;
  const text = `rgb(${theme.text.join(" ")})`;
  const rule = `rgb(${mix(theme.background, theme.text, 0.45).map(Math.round).join(" ")})`;
  context.setTransform(ratio, 0, 0, ratio, ratio, ratio);
  context.clearRect(-1, -1, canvas.width, canvas.height);
  context.imageSmoothingEnabled = false;
  context.font = `${0.75 * theme.rem}px ${theme.font}`;
  blocks.forEach((block, i) => {
    context.drawImage(pixels(block, arrays[i], range, shades), block.x, block.y, block.w, block.h);
    context.strokeStyle = rule;
    context.strokeRect(block.x - 0.5, block.y - 0.5, block.w + 1, block.h + 1);
    context.fillStyle = text;
    context.fillText(block.label, block.x, block.y - 0.3 * theme.rem);
  });
  if (marked) outline(context, blocks[marked.tensor], marked, theme);
}

/** A canvas with one pixel per cell, kept on the block and filled anew. */
function pixels(block, values, range, shades) {
  block.image ??= new OffscreenCanvas(block.cols, block.rows);
  const context = block.image.getContext("2d");
  block.bits ??= context.createImageData(block.cols, block.rows);
  const words = new Uint32Array(block.bits.data.buffer);
  for (let i = 0; i < words.length; i += 1) words[i] = shades[shadeOf(values[i], range)];
  context.putImageData(block.bits, 0, 0);
  return block.image;
}

function outline(context, block, { row, col }, theme) {
  const [w, h] = [block.w / block.cols, block.h / block.rows];
  const box = (margin) => [
    block.x + col * w - margin, block.y + row * h - margin, w + 2 * margin, h + 2 * margin,
  ];
  context.lineWidth = 2;
  context.strokeStyle = `rgb(${theme.background.join(" ")})`;
  context.strokeRect(...box(3));
  context.strokeStyle = `rgb(${theme.text.join(" ")})`;
  context.strokeRect(...box(1));
  context.lineWidth = 1;
}

// ---------------------------------------------------------------- one cell

function cellUnder(event, canvases, { blocks }) {
  const canvas = canvases.find((candidate) => candidate === event.target);
  if (!canvas) return null;
  const box = canvas.getBoundingClientRect();
  const [x, y] = [event.clientX - box.left - 1, event.clientY - box.top - 1];
  const inside = (b) => x >= b.x && y >= b.y && x < b.x + b.w && y < b.y + b.h;
  const tensor = blocks.findIndex(inside);
  if (tensor < 0) return null;
  const block = blocks[tensor];
  const row = Math.floor(((y - block.y) / block.h) * block.rows);
  const col = Math.floor(((x - block.x) / block.w) * block.cols);
  return { tensor, row, col };
}

/** The neighbouring cell; beyond a tensor's left or right end, the next tensor's. */
function nextCell(tensors, { tensor, row, col }, key) {
  const go = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key];
  if (!go) return key === "Home" ? { tensor: 0, row: 0, col: 0 } : lastCell(tensors);
  const beyond = col + go[1] < 0 || col + go[1] >= tensors[tensor].cols;
  const other = clamp(tensor + (beyond ? go[1] : 0), 0, tensors.length - 1);
  const { rows, cols } = tensors[other];
  if (other !== tensor) return { tensor: other, row: Math.min(row, rows - 1), col: go[1] > 0 ? 0 : cols - 1 };
  return { tensor, row: clamp(row + go[0], 0, rows - 1), col: clamp(col + go[1], 0, cols - 1) };
}

function lastCell(tensors) {
  const { rows, cols } = tensors.at(-1);
  return { tensor: tensors.length - 1, row: rows - 1, col: cols - 1 };
}

/** "W2[3,17] = −0.124, was −0.120"; a vector's cell has one index. */
function cellSentence(tensors, { tensor, row, col }, step) {
  const { label, rows, cols, now, first } = tensors[tensor];
  const i = row * cols + col;
  const index = rows > 1 && cols > 1 ? `${row},${col}` : `${row + col}`;
  const name = `${label}[${index}] = ${formatNumber(now[i], 3)}`;
  return step === 0 ? name : `${name}, was ${formatNumber(first[i], 3)}`;
}

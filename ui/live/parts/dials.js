/* Dials: a row of native sliders, one for each number of a task.
 *
 *   openDials(host, dials, { onMove(name, value), onRelease() }) → { show(task) }
 *   dial   name, unit, low, high, step, training: [low, high]
 *
 * `onRelease` comes once: when the pointer goes up, or RELEASE_MS after the last key was let go.
 * The training range is a band on the track; outside it a word says so.
 */

import { axisTitle, snapped } from "./axis.js";
import { html } from "./drawing.js";
import { releaseAfterKeys } from "./keys.js";
import { linearScale } from "./scales.js";
import { formatFixed } from "./words.js";

const BEYOND = "beyond training";

export function openDials(host, dials, { onMove, onRelease }) {
  host.replaceChildren();
  const shown = dials.map((dial) => openDial(host, dial, onMove, onRelease));
  return {
    show: (task) => shown.forEach((one, i) => showDial(one, dials[i], task[dials[i].name])),
  };
}

function openDial(host, dial, onMove, onRelease) {
  const { low, high, step, training } = dial;
  const label = html(host, "label", { class: "dial" });
  html(label, "span", { class: "dial-name" }, axisTitle(dial));
  const value = html(label, "span", { class: "dial-value", "aria-hidden": "true" });
  const beyond = html(label, "span", { class: "dial-beyond", "aria-hidden": "true" }, BEYOND);
  const range = { type: "range", min: low, max: high, step, "aria-label": axisTitle(dial) };
  const input = html(label, "input", range);
  const share = linearScale([low, high], [0, 1]);
  input.style.setProperty("--from", share(training[0]));
  input.style.setProperty("--to", share(training[1]));
  listenToDial(input, () => onMove(dial.name, snapped(Number(input.value), dial)), onRelease);
  return { input, value, beyond };
}

function listenToDial(input, move, release) {
  let held = false;
  const settle = releaseAfterKeys(input, release);
  const letGo = () => {
    if (held) release();
    held = false;
  };
  input.addEventListener("pointerdown", () => (held = true));
  ["pointerup", "pointercancel"].forEach((type) => input.addEventListener(type, letGo));
  input.addEventListener("input", () => {
    move();
    if (!held) settle();
  });
}

function showDial({ input, value, beyond }, { step, training: [from, to] }, number) {
  const words = formatFixed(number, Math.max(0, Math.round(-Math.log10(step))));
  const outside = number < from || number > to;
  if (Number(input.value) !== number) input.value = number;
  value.textContent = words;
  beyond.classList.toggle("outside", outside);
  input.setAttribute("aria-valuetext", outside ? `${words}, ${BEYOND}` : words);
}

/* A pinned task: what was shown when it was pinned stays beside what is shown now.
 *
 * The home page's loom and the inner-loop player pin alike: `state.pinned` holds what was pinned or
 * null, `state.difference` whether a map shows the difference to it.
 */

import { MINUS } from "./words.js";

/** @import { Numbers, On, PinState, PinsPage } from "./types.js" */

/** `pin` puts what is shown into the state; `redraw` follows every change.
 *
 * @type {(on: On, page: PinsPage, state: PinState, pin: () => void, redraw: () => void) => void}
 */
export function listenToPins(on, page, state, pin, redraw) {
  const show = () => {
    const pinned = Boolean(state.pinned);
    state.difference = state.difference && pinned;
    page.unpin.hidden = !pinned;
    page.modes.hidden = !pinned;
    page.plainButton.setAttribute("aria-pressed", String(!state.difference));
    page.differenceButton.setAttribute("aria-pressed", String(state.difference));
    redraw();
  };
  /** @type {(button: HTMLElement, act: () => void) => void} */
  const press = (button, act) => on(button, "click", () => {
    act();
    show();
  });
  press(page.pin, pin);
  press(page.unpin, () => {
    state.pinned = null;
    page.pin.focus();
  });
  press(page.plainButton, () => (state.difference = false));
  press(page.differenceButton, () => (state.difference = true));
  show();
}

/** The difference of two sets of weights, tensor by tensor.
 *
 * @type {(weights: Numbers[], others: Numbers[], out: Float32Array[]) => void}
 */
export function subtract(weights, others, out) {
  weights.forEach((values, tensor) => {
    for (let i = 0; i < values.length; i += 1) out[tensor][i] = values[i] - others[tensor][i];
  });
}

/** @type {(amplitude: number, phase: number) => string} */
export const pinnedWords = (amplitude, phase) => `pinned: ${amplitude} sin(x ${MINUS} ${phase})`;

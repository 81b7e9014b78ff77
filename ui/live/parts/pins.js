/* A pinned task: what was shown when it was pinned stays beside what is shown now.
 *
 * The home page's loom and the inner-loop player pin alike: `state.pinned` holds what was pinned or
 * null, `state.difference` whether a map shows the difference to it.
 */

import { MINUS } from "./words.js";

/** `pin` puts what is shown into the state; `redraw` follows every change. */
export function listenToPins(on, page, state, pin, redraw) {
  const show = () => {
    const pinned = Boolean(state.pinned);
    state.difference = state.difference && pinned;
    page.unpin.hidden = !pinned;
    page.modes.hidden = !pinned;
    page.plainButton.setAttribute("aria-pressed", !state.difference);
    page.differenceButton.setAttribute("aria-pressed", state.difference);
    redraw();
  };
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

/** The difference of two sets of weights, tensor by tensor. */
export function subtract(weights, others, out) {
  weights.forEach((values, tensor) => {
    for (let i = 0; i < values.length; i += 1) out[tensor][i] = values[i] - others[tensor][i];
  });
}

export const pinnedWords = (amplitude, phase) => `pinned: ${amplitude} sin(x ${MINUS} ${phase})`;

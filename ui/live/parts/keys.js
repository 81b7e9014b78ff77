/* Keys that move something: which way, and when the move is over. */

/** The way of each arrow key: [rows down, columns to the right]. */
export const STRIDES = {
  ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
};
/** An edit by keys is over so long after the last one was let go. */
export const RELEASE_MS = 400;

/** Returns what to call when a key moved something on `element`: `release` then follows once,
 *  RELEASE_MS after the last key was let go, or at once where the focus leaves. No key event goes
 *  further up: Streamlit has shortcuts of its own. */
export function releaseAfterKeys(element, release) {
  const held = new Set();
  let waiting = false;
  let timer = 0;
  const finish = () => {
    clearTimeout(timer);
    if (waiting) release();
    waiting = false;
  };
  const wait = () => {
    clearTimeout(timer);
    if (waiting && held.size === 0) timer = setTimeout(finish, RELEASE_MS);
  };
  element.addEventListener("keydown", (event) => {
    event.stopPropagation();
    held.add(event.code);
    clearTimeout(timer);
  });
  element.addEventListener("keyup", (event) => {
    event.stopPropagation();
    held.delete(event.code);
    wait();
  });
  element.addEventListener("keypress", (event) => event.stopPropagation());
  element.addEventListener("blur", () => {
    held.clear();
    finish();
  });
  return () => {
    waiting = true;
    wait();
  };
}

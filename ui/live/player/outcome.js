/* How a learner's way ended, in words that panels, loss chart and speech share. */

export const WAITING = "follows on release";
export const UNMEASURED = "no points to measure on";

/** Whether there is neither anything to judge by nor a support point.
 *
 * @type {(view: { judged: boolean, points: unknown[] }) => boolean}
 */
export const isUnmeasured = ({ judged, points }) => !judged && points.length === 0;

/** @type {(kept: number) => string} */
export const leftAt = (kept) => `left the chart at step ${kept}`;

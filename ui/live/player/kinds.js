/* The kinds of panels that the inner-loop player has.
 *
 * A kind of panels knows what it reads, what it draws and what it computes by itself:
 *   axes, ways(data)                 names of both axes; number of classes, 0 for none
 *   read(data), readFit(fit, data)   its part of the view and of each fit; a fit's `score` is the
 *                                    number of its caption: name, values (kept), format(value)
 *   open(page, view, theme, panels)  → layout(panel): what does not move
 *                                      renew(panel): the same after new numbers, on the same axes
 *                                      draw(panel, position, step): what moves
 *                                      plotHeight(width, plotWidth): both in pixels
 *                                      tickSpace: rem per tick of both axes
 *                                      probes: what can be pointed at; what: its name
 *   follow(fit, view, trace, supportLoss)
 *                                    → queryLoss, score: after each step of a live run;
 *                                      and what `draw` needs, put onto the fit
 */

import { followCurves, openCurves, readCurveFit, readCurves } from "./curves.js";
import { followFields, openFields, readFieldFit, readFields } from "./fields.js";

/** @import { Kind, View } from "./types.js" */

/** @type {Record<View["kind"], Kind>} */
export const KINDS = {
  curves: {
    axes: ["x", "y"], ways: () => 0,
    read: readCurves, readFit: readCurveFit, open: openCurves, follow: followCurves,
  },
  fields: {
    axes: ["x1", "x2"], ways: (data) => (data.kind === "fields" ? data.classColours.length : 0),
    read: readFields, readFit: readFieldFit, open: openFields, follow: followFields,
  },
};

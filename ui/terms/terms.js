/* Opens the definition of a term under the mouse and on keyboard focus, and leads to the term that
   the address ends with. Runs once for each line of text; what listens is put in place once. */

/** So long the mouse rests on a term before its definition opens, and may be on the way to it. */
const [REST_MS, LEAVE_MS] = [120, 250];

/** @param {EventTarget | null} place */
const termAt = (place) => (place instanceof Element ? place.closest(".term") : null);

/** @param {Element | null} term */
const show = (term) => {
  /** @type {HTMLElement | null | undefined} */
  const closed = term?.querySelector(":scope > [popover]:not(:popover-open)");
  closed?.showPopover();
};

/** @param {Element | null} term */
const hide = (term) => {
  /** @type {HTMLElement | null | undefined} */
  const open = term?.querySelector(":scope > :popover-open");
  open?.hidePopover();
};

/** What the mouse has opened and the keyboard does not hold open. */
const hideLeft = () => {
  hide(document.querySelector(".term:not(:focus-within):has(> :popover-open)"));
};

const listen = () => {
  /** @type {Element | null} */
  let under = null;
  /** @type {number | undefined} */
  let waiting;
  /** @param {Element | null} term */
  const enter = (term) => {
    if (term === under) return;
    under = term;
    clearTimeout(waiting);
    waiting =
      term === null ? setTimeout(hideLeft, LEAVE_MS) : setTimeout(() => show(term), REST_MS);
  };
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "touch") enter(termAt(event.target));
  });
  document.documentElement.addEventListener("pointerleave", () => enter(null));
  document.addEventListener("focusin", (event) => {
    const focused = event.target;
    if (focused instanceof Element && focused.matches(":focus-visible")) show(termAt(focused));
  });
  document.addEventListener("focusout", (event) => {
    const term = termAt(event.target);
    if (term !== under) hide(term);
  });
};

const leadToAnchor = () => {
  for (const before of document.querySelectorAll(".glossary > .here")) {
    before.classList.remove("here");
  }
  const name = location.hash.slice(1);
  const place = name === "" ? null : document.querySelector(`.glossary > #${CSS.escape(name)}`);
  place?.scrollIntoView();
  place?.classList.add("here");
};

if (window.hypernetTerms === undefined) {
  window.hypernetTerms = true;
  listen();
  window.addEventListener("hashchange", leadToAnchor);
}
leadToAnchor();

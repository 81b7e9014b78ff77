/* Opens the definition of a term under the mouse and on keyboard focus, and leads to the term that
   the address ends with. Runs once for each line of text; what listens is put in place once. */

/** The mouse may be outside for so long on its way from a term to its definition. */
const LEAVE_MS = 250;

/** @param {EventTarget | null} place */
const termAt = (place) => (place instanceof Element ? place.closest(".term") : null);

/** @param {Element | null} term @returns {HTMLElement | null} */
const definitionOf = (term) => term?.querySelector(":scope > [popover]") ?? null;

/** @param {HTMLElement | null} definition */
const isOpen = (definition) => definition?.matches(":popover-open") ?? false;

/** @param {Element | null} term */
const show = (term) => {
  const definition = definitionOf(term);
  if (!isOpen(definition)) definition?.showPopover();
};

/** @param {Element} term */
const hide = (term) => {
  const definition = definitionOf(term);
  if (isOpen(definition)) definition?.hidePopover();
};

const listen = () => {
  /** @type {Element | null} */
  let under = null;
  /** @type {number | undefined} */
  let leaving;
  /** @param {Element | null} term */
  const enter = (term) => {
    if (term === under) return clearTimeout(leaving);
    const left = under;
    under = term;
    clearTimeout(leaving);
    if (term !== null) return show(term);
    leaving = setTimeout(() => {
      if (left !== null && !left.matches(":focus-within")) hide(left);
    }, LEAVE_MS);
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
    if (term !== null && term !== under) hide(term);
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

// The case page by keyboard: 1–7 say what the focused question comes to, E and ⇧E walk the rows it stands on,
// O opens and closes it. Also warns before a note that looks as if it held an id number.
"use strict";

(() => {
  const questions = Array.from(document.querySelectorAll("[data-question]"));
  const notes = document.querySelectorAll("textarea[data-warn]");
  notes.forEach((note) => note.addEventListener("input", () => {
    note.setCustomValidity(/\d{15,17}[\dXx]?/.test(note.value) ? note.dataset.warn : "");
  }));
  if (!questions.length) return;

  // On paper every question stands open; afterwards each is again as it was.
  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = questions.filter((one) => !one.open);
    closed.forEach((one) => { one.open = true; });
  });
  window.addEventListener("afterprint", () => {
    closed.forEach((one) => { one.open = false; });
    closed = [];
  });

  let current = 0;
  const focus = (index) => {
    current = (index + questions.length) % questions.length;
    questions.forEach((one, place) => one.classList.toggle("focused", place === current));
    questions[current].open = true;
    questions[current].querySelector("summary").focus();
    questions[current].scrollIntoView({ block: "nearest" });
  };
  questions.forEach((one, place) => one.addEventListener("focusin", () => { current = place; }));
  const byHash = () => {
    const place = questions.findIndex((one) => "#" + one.id === window.location.hash);
    if (place >= 0) focus(place);
  };
  window.addEventListener("hashchange", byHash);
  byHash();

  // A record that an earlier question shows is sent once; here it is drawn again, whole, from where it stands.
  document.querySelectorAll("[data-again]").forEach((row) => {
    const first = document.getElementById(row.dataset.again);
    const fields = first.nextElementSibling;
    row.replaceChildren(...Array.from(first.children, (cell) => cell.cloneNode(true)));
    if (fields && !fields.matches("[data-evidence]")) row.after(fields.cloneNode(true));
  });
  document.querySelectorAll("[data-evidence]").forEach((row) => { row.tabIndex = -1; });

  const evidence = (step) => {
    questions[current].open = true;
    const rows = Array.from(questions[current].querySelectorAll("[data-evidence]"));
    if (!rows.length) return;
    const at = rows.indexOf(document.activeElement);
    rows[Math.min(Math.max(at + step, 0), rows.length - 1)].focus();
  };

  const verdict = (number) => {
    const field = document.querySelector('[data-verdict="' + questions[current].dataset.question + '"]');
    if (!field || !field.options[number]) return;
    field.selectedIndex = number;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    if (current + 1 < questions.length) focus(current + 1);
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.body.dataset.shortcuts === "off" || event.target.closest("input, select, textarea")) return;
    if (event.code === "KeyE") evidence(event.shiftKey ? -1 : 1);
    else if (event.code === "KeyO") questions[current].open = !questions[current].open;
    else if (/^Digit[1-7]$/.test(event.code)) verdict(Number(event.code.slice(5)));
    else return;
    event.preventDefault();
  });
})();

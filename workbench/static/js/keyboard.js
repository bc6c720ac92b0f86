// Keys that every page knows. A single key never decides anything; Ctrl+Enter submits. Keys are places on the
// keyboard (event.code), so an input method or another layout changes nothing.
"use strict";

const typing = (target) => Boolean(target.closest("input, select, textarea, [contenteditable]"));
const ready = () => document.body.dataset.shortcuts !== "off";

const rows = () => Array.from(document.querySelectorAll("[data-row]"));
let selected = -1;

const select = (step) => {
  const all = rows();
  if (!all.length) return;
  selected = Math.min(Math.max(selected + step, 0), all.length - 1);
  all.forEach((row, index) => row.setAttribute("aria-selected", String(index === selected)));
  const link = all[selected].querySelector("a");
  if (link) link.focus();
  all[selected].scrollIntoView({ block: "nearest" });
};

const places = { KeyH: "/", KeyQ: "/queue", KeyR: "/runs", KeyI: "/identity", KeyD: "/dash" };
let going = false;

const plain = (event) => {
  if (going) {
    going = false;
    if (places[event.code]) window.location.assign(places[event.code]);
    return true;
  }
  if (event.code === "KeyJ") return select(1), true;
  if (event.code === "KeyK") return select(-1), true;
  if (event.code === "KeyG") return (going = true);
  if (event.code === "Slash") {
    window.location.assign(event.shiftKey ? "/help" : "/search");
    return true;
  }
  const button = document.querySelector('[data-key="' + event.code + '"]');
  if (button) button.click();
  return Boolean(button);
};

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return;
  if (event.code === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = event.target.closest("form") || document.querySelector("form[data-submit-by-key]");
    const first = form && form.querySelector("button.first");
    if (first) { event.preventDefault(); form.requestSubmit(first); }
    return;
  }
  if (!ready() || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (plain(event)) event.preventDefault();
});

// A form is sent once: the second click of a double click finds its buttons at rest.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
});

// One field at a time: ask for the reason in a dialog, show the value for half a minute, mask it again.
"use strict";

(() => {
  const dialog = document.getElementById("reveal");
  if (!dialog) return;
  const form = dialog.querySelector("form");
  let asked = null;

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-reveal]");
    if (!button) return;
    asked = button.closest(".masked");
    form.action = button.dataset.reveal;
    dialog.querySelector("[data-said]").textContent = "";
    dialog.querySelector("[data-field]").textContent = button.dataset.field;
    dialog.showModal();
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());

  const mask = (place, before) => {
    place.replaceChildren(...before);
    if (document.activeElement === document.body) {
      const again = place.querySelector("button");
      if (again) again.focus();
    }
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    delete form.dataset.sent;
    const place = asked;
    const answer = await fetch(form.action, {
      method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" },
    });
    const told = await answer.json().catch(() => ({}));
    if (!answer.ok) {
      dialog.querySelector("[data-said]").textContent = told.words || String(answer.status);
      return;
    }
    dialog.close();
    form.reset();
    const before = Array.from(place.childNodes);
    const shown = document.createElement("span");
    shown.className = "clear mono";
    shown.textContent = told.value;
    const count = document.createElement("span");
    count.className = "small faint aside";
    count.textContent = told.words;
    place.replaceChildren(shown, count);
    window.setTimeout(() => mask(place, before), told.seconds * 1000);
  });
})();

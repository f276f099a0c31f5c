// Comfort for the calendar; every page works without it.
"use strict";

(() => {
  const ROW_MINUTES = 5;
  const QUARTER_MINUTES = 15;

  // Another date is shown as soon as it is chosen; one that is typed, digit by digit, with Enter or when it is left.
  for (const form of document.querySelectorAll("form[data-auto]")) {
    const field = form.elements.day;
    let isTyped = false;
    const show = () => { if (field.value && field.value !== field.defaultValue) form.submit(); };
    form.querySelector("button").hidden = true;
    field.addEventListener("keydown", () => { isTyped = true; });
    field.addEventListener("pointerdown", () => { isTyped = false; });
    field.addEventListener("change", () => { if (!isTyped) show(); });
    field.addEventListener("blur", show);
  }

  // A click into free time begins the visit there, not at the gap's beginning.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-start]");
    if (!link || event.detail === 0) return; // the keyboard means the beginning
    const slot = link.parentElement;
    const rows = Number((slot.className.match(/\bfor-(\d+)\b/) || [])[1]);
    if (!rows || getComputedStyle(slot).gridRowStart === "auto") return; // a list: there is nowhere to point at
    const minutes = (event.clientY - slot.getBoundingClientRect().top) / slot.offsetHeight * rows * ROW_MINUTES;
    const [day, clock] = link.dataset.start.split("T");
    const [hour, minute] = clock.split(":").map(Number);
    const begin = hour * 60 + minute;
    const at = Math.max(begin, Math.floor((begin + minutes) / QUARTER_MINUTES) * QUARTER_MINUTES);
    const address = new URL(link.href);
    const two = (number) => String(number).padStart(2, "0");
    address.searchParams.set("start", `${day}T${two(Math.floor(at / 60))}:${two(at % 60)}`);
    event.preventDefault();
    location.href = address.href;
  });

  // The line of now goes on.
  let since = Date.now();
  document.addEventListener("live:replaced", () => { since = Date.now(); });
  setInterval(() => {
    const gone = Math.floor((Date.now() - since) / 60000 / ROW_MINUTES);
    for (const line of document.querySelectorAll(".now[data-row]")) {
      const row = Number(line.dataset.row) + gone;
      line.className = `now at-${Math.min(row, Number(line.parentElement.dataset.rows) - 1)}`;
    }
  }, 30000);
})();

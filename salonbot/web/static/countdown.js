// <p data-countdown="17.2"><span data-seconds>18</span></p>: counts down by itself, also after live.js has replaced it.
"use strict";

(() => {
  const begin = (element) => {
    element.endsAt = performance.now() + Number(element.dataset.countdown) * 1000;
    element.whole = Math.max(1, Number(element.dataset.whole || element.dataset.countdown));
  };
  const show = () => {
    for (const element of document.querySelectorAll("[data-countdown]")) {
      if (element.endsAt === undefined) begin(element);
      const left = Math.max(0, (element.endsAt - performance.now()) / 1000);
      const seconds = element.querySelector("[data-seconds]");
      if (seconds) seconds.textContent = String(Math.ceil(left));
      const progress = element.querySelector("progress");
      if (progress) progress.value = left / element.whole;
    }
  };
  setInterval(show, 250);
  show();
})();

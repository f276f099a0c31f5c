// Keeps what is marked up to date: <section data-live="journal session" data-src="/s/main/today/part">.
// When one of the named events comes, `data-src` is fetched again and takes the place of what the section held. Not
// while somebody is typing in it: then it waits until they have left the field. Afterwards the section gets the event
// `live:replaced`. Without this script every page still works: reload it.
"use strict";

(() => {
  const COALESCE_MS = 150;
  const COME_AGAIN_MS = 3000;
  const sections = () => document.querySelectorAll("[data-live][data-src]");
  const pending = new Map();

  const isTyped = (section) => {
    const active = document.activeElement;
    return active !== null && section.contains(active) && active.matches("input:not([type=hidden]), textarea, select");
  };

  const refresh = (section) => {
    if (pending.has(section)) return;
    pending.set(section, setTimeout(() => {
      pending.delete(section);
      if (isTyped(section)) {
        section.addEventListener("focusout", () => refresh(section), { once: true });
      } else {
        load(section);
      }
    }, COALESCE_MS));
  };

  const load = async (section) => {
    const turn = section.turn = (section.turn ?? 0) + 1;
    let answer;
    try {
      answer = await fetch(section.dataset.src, { headers: { Accept: "text/html" }, cache: "no-store" });
    } catch {
      return; // offline: the stream comes back with the network, and then everything is looked at again
    }
    if (answer.status === 401) return location.reload();
    if (!answer.ok) return;
    const html = await answer.text();
    if (turn === section.turn) put(section, html); // else a later answer is here, or on its way
  };

  // What it says, but for countdowns, which go on by themselves.
  const bare = (element) => {
    const copy = element.cloneNode(true);
    for (const countdown of copy.querySelectorAll("[data-countdown]")) countdown.replaceWith("");
    return copy.innerHTML.trim();
  };

  const put = (section, html) => {
    if (isTyped(section)) return refresh(section);
    const parsed = new DOMParser().parseFromString(html, "text/html");
    if (bare(parsed.body) === bare(section)) return;
    const open = [...section.querySelectorAll("details[open][id]")].map((details) => details.id);
    const focused = section.contains(document.activeElement) ? document.activeElement.id : "";
    section.replaceChildren(...parsed.body.childNodes);
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    section.dispatchEvent(new CustomEvent("live:replaced", { bubbles: true }));
  };

  const heard = (event) => {
    for (const section of sections()) {
      if (section.dataset.live.split(" ").includes(event.type)) refresh(section);
    }
  };

  const salon = document.body.dataset.salon;
  let stream = null;

  const watch = () => {
    if (stream !== null || !salon || !sections().length) return;
    stream = new EventSource(`/s/${encodeURIComponent(salon)}/live`);
    stream.addEventListener("session", heard);
    stream.addEventListener("journal", heard);
    stream.addEventListener("open", () => {
      document.body.dataset.stream = "open";
      // Something may have happened while nobody watched, if only since the page was made.
      sections().forEach(refresh);
    });
    stream.addEventListener("error", () => {
      document.body.dataset.stream = "lost";
      // A browser gives up on a stream that is refused; a house that restarts refuses for a moment.
      if (stream !== null && stream.readyState === EventSource.CLOSED) {
        stream = null;
        sections().forEach(refresh); // which leads to the login page where the sign-in has ended
        setTimeout(watch, COME_AGAIN_MS);
      }
    });
  };

  // A tab nobody sees lets its connection go: a browser has only six for one address.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      stream?.close();
      stream = null;
    } else {
      watch();
    }
  });
  watch();
})();

// Of a row of tabs that is too long for the window, the one that is open is seen.
for (const tab of document.querySelectorAll(".tabs [aria-current], .chips [aria-current], .chats-filters [aria-current]")) {
  tab.scrollIntoView({ block: "nearest", inline: "center" });
}

// Menus close when something else is chosen, or with Escape.
(() => {
  const menus = () => document.querySelectorAll("details.menu[open]");
  document.addEventListener("click", (event) => {
    for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
})();

// A form that changes something for good asks first: <form data-confirm="Really?">.
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !confirm(question)) event.preventDefault();
});

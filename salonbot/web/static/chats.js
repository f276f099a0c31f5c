// A conversation that behaves like a messenger. Every page works without this script; with it words are sent without a
// reload, the view stays where the reader is, and the list is searched while one types.
"use strict";

(() => {
  const talk = document.getElementById("talk");
  if (!talk) return;

  // The view stays at the end while it is there; a reader who has scrolled up keeps the words before their eyes.
  let anchor = null;
  const isAtEnd = () => talk.scrollHeight - talk.scrollTop - talk.clientHeight < 48;
  const toEnd = () => { talk.scrollTop = talk.scrollHeight; };
  const look = () => {
    anchor = null;
    if (isAtEnd()) return;
    const top = talk.getBoundingClientRect().top;
    for (const bubble of talk.querySelectorAll("[id^=m], [id^=r]")) {
      const place = bubble.getBoundingClientRect();
      if (place.bottom > top) {
        anchor = { id: bubble.id, offset: place.top - top };
        return;
      }
    }
  };
  const settle = () => {
    const bubble = anchor && document.getElementById(anchor.id);
    if (bubble) {
      talk.scrollTop += bubble.getBoundingClientRect().top - talk.getBoundingClientRect().top - anchor.offset;
    } else if (!anchor) {
      toEnd();
    }
  };
  talk.addEventListener("scroll", look, { passive: true });
  talk.addEventListener("live:replaced", settle);
  talk.addEventListener("toggle", (event) => {
    if (event.target.open) event.target.scrollIntoView({ block: "nearest" });
    look();
  }, true);
  new ResizeObserver(settle).observe(talk);
  if (!new URLSearchParams(location.search).has("before")) toEnd(); else talk.scrollTop = 0;
  look();

  const form = document.querySelector(".composer");
  const text = document.getElementById("chat-text");
  const draft = form.elements.draft;
  const mistake = form.querySelector(".mistake");
  const kept = `draft ${location.pathname}`;
  let isSending = false;

  if (!text.value) text.value = sessionStorage.getItem(kept) ?? "";
  text.addEventListener("input", () => sessionStorage.setItem(kept, text.value));
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.key === "Escape") {
      text.blur();
    }
  });

  // What the bot would have said can be said by hand.
  const offer = () => talk.querySelectorAll("[data-use]").forEach((button) => { button.hidden = false; });
  talk.addEventListener("live:replaced", offer);
  talk.addEventListener("click", (event) => {
    const held = event.target.dataset?.use;
    if (!held) return;
    text.value = document.getElementById(held).querySelector(".words").textContent;
    text.dispatchEvent(new Event("input"));
    text.focus();
  });
  offer();

  const say = (sentence) => {
    mistake.textContent = sentence;
    mistake.hidden = !sentence;
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isSending || !text.value.trim()) return;
    isSending = true;
    const sent = text.value;
    try {
      // A redirect is the house's yes; the stream then brings the new words.
      const answer = await fetch(form.action, {
        method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual",
      });
      if (answer.type !== "opaqueredirect") {
        say([401, 403].includes(answer.status) ? form.dataset.refused : form.dataset.failed);
        return;
      }
      if (text.value === sent) text.value = "";
      draft.value = crypto.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2) + Date.now();
      sessionStorage.removeItem(kept);
      say("");
      anchor = null;
      toEnd();
    } catch {
      say(form.dataset.failed); // the same draft goes again: it is never sent twice
    } finally {
      isSending = false;
      text.focus();
    }
  });
})();

(() => {
  const query = document.getElementById("chats-query");
  const list = document.getElementById("chats-list");
  if (!query || !list) return;
  let waiting = 0;

  const search = async () => {
    const source = new URL(list.dataset.src, location.href);
    if (query.value.trim()) source.searchParams.set("q", query.value.trim()); else source.searchParams.delete("q");
    source.searchParams.delete("after");
    list.dataset.src = source.pathname + source.search;
    const asked = list.dataset.src;
    let answer;
    try {
      answer = await fetch(asked, { headers: { Accept: "text/html" }, cache: "no-store" });
    } catch {
      return;
    }
    if (!answer.ok || asked !== list.dataset.src) return;
    const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
    list.replaceChildren(...parsed.body.childNodes);
  };
  query.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(search, 250);
  });

  // "/" goes to the search, the arrows go through the list.
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.matches("input, textarea, select");
    if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      query.focus();
    }
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && list.parentElement.contains(event.target)) {
      const lines = [...list.querySelectorAll(".chats-line")];
      const at = lines.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1);
      if (at >= 0 && at < lines.length) {
        event.preventDefault();
        lines[at].focus();
      } else if (at < 0 && lines.includes(event.target)) {
        event.preventDefault();
        query.focus();
      }
    }
  });
  list.querySelector("[aria-current=page]")?.scrollIntoView({ block: "nearest" });
})();

// What the page does beside Gradio: pieces of it come from the server as HTML and are put in their places; a source opens
// beside the answer; words are kept or copied. Every link works without any of this, in a window of its own.
"use strict";

// What it says, in the language of the page; the server gives it.
const texts = JSON.parse(document.getElementById("texts").textContent);
document.documentElement.lang = texts.language;

const later = new Map(); // what waits to be loaded, by its place
let noted = Promise.resolve(); // what was noted last is on its way to the server until then

async function load(address, place, options = {}) {
  later.get(place)?.abort();
  const stop = new AbortController();
  later.set(place, stop);
  place.setAttribute("aria-busy", "true");
  try {
    await noted;
    const got = await fetch(address, { ...options, signal: stop.signal, headers: { "X-Requested-With": "page" } });
    const html = await got.text();
    if (later.get(place) !== stop || (place.options && !got.ok)) return false;
    const chosen = place.options && chosenBefore(place);
    place.innerHTML = html;
    if (chosen) choose(place, chosen);
    return got.ok;
  } catch (error) {
    if (error.name !== "AbortError" && !place.options) {
      place.innerHTML = "<p class='problem' role='alert'></p>";
      place.firstChild.textContent = texts.silent;
    }
    return false;
  } finally {
    if (later.get(place) === stop) place.removeAttribute("aria-busy");
  }
}

// A list of choices that was loaded anew keeps what was chosen; one report may be none of those that it offers. Of the
// first choice, and of any other, is told what heeds it.
function choose(list, before) {
  list.value = before.value;
  if (list.value !== before.value && before.text && before.value.startsWith("report:")) {
    list.append(before);
    list.value = before.value;
  }
  if (list.value !== before.value) list.value = "";
  const isFirst = !("loaded" in list.dataset);
  list.dataset.loaded = "";
  if (isFirst) list.dispatchEvent(new Event("restored", { bubbles: true }));
  else if (list.value !== before.value) list.dispatchEvent(new Event("change", { bubbles: true }));
}
// Which reports are asked stays chosen when the page is loaded anew, unless its address asks, and so says which.
const opened = new URLSearchParams(location.search);
function chosenBefore(list) {
  if ("loaded" in list.dataset) return list.selectedOptions[0];
  if (list.id === "ask-within" && opened.has("ask")) return new Option("", opened.get("within") ?? "");
  const kept = sessionStorage.getItem(list.id);
  return kept ? new Option(...JSON.parse(kept)) : list.selectedOptions[0];
}
for (const kind of ["change", "restored"]) document.addEventListener(kind, ({ target }) => {
  if (target.matches("select.within")) sessionStorage.setItem(target.id, JSON.stringify([target.selectedOptions[0].text, target.value]));
});

// What the browser's Back undoes, the last first: it closes a source, brings back what was found, or the last screen.
const steps = [];
let numbered = history.state?.step ?? 0;
function step(undo) {
  numbered += 1;
  steps.push({ number: numbered, undo });
  history.pushState({ step: numbered }, "");
}
// Undo a step now: by Back where it is the last, else at once.
function undo(which) {
  if (steps.at(-1)?.undo === which) return history.back();
  steps.splice(steps.findIndex((each) => each.undo === which), 1);
  which();
}
// Below the first step lies one that keeps Back from leaving unasked; not where the page before is this one too.
const isBase = () => !history.state?.step && !history.state?.stays;
const cameFromHere = document.referrer.startsWith(`${location.origin}/?`) || document.referrer === `${location.origin}/`;
let isGuarded = !isBase();
function guard() {
  if (isGuarded || cameFromHere) return;
  isGuarded = true;
  history.pushState({ stays: true }, "");
}
for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, guard, true);
addEventListener("popstate", (event) => {
  const reached = event.state?.step ?? 0;
  // Where there is nothing to undo, for that was undone before, Back passes over. A moment later and with nothing else:
  // a browser that is sent on before it has arrived loses count of where it is.
  if (!isBase() && !(steps.at(-1)?.number > reached)) return setTimeout(() => history.back(), 50);
  while (steps.at(-1)?.number > reached) steps.pop().undo();
  // Whatever Back undid, the conversation on the screen is the one that a reload brings.
  const id = document.querySelector("#conversation [data-conversation]")?.dataset.conversation;
  const shown = `/?conversation=${id}`;
  const isWhole = id && document.querySelector(".turn:last-of-type .votes");
  if (isWhole && location.pathname + location.search !== shown) history.replaceState(history.state, "", shown);
  if (isBase() && isGuarded) leaving();
});

function leaving() {
  const asked = document.createElement("dialog");
  asked.setAttribute("aria-labelledby", "leaving");
  asked.innerHTML = "<h2 id='leaving'></h2><p></p><div class='actions'><button type='button' autofocus></button><button type='button'></button></div>";
  const [stay, leave] = asked.querySelectorAll("button");
  asked.querySelector("h2").textContent = texts.leaving;
  asked.querySelector("p").textContent = texts.stays;
  stay.textContent = texts.stay;
  leave.textContent = texts.leave;
  let leaves = false;
  stay.addEventListener("click", () => asked.close());
  leave.addEventListener("click", () => {
    leaves = true;
    isGuarded = false;
    asked.close();
  });
  asked.addEventListener("close", () => {
    asked.remove();
    // Not forward to the step that keeps Back: a browser may pass over it, to one that is undone already.
    leaves ? history.back() : history.pushState({ stays: true }, "");
  });
  document.body.append(asked);
  asked.showModal();
}

// A screen that was chosen is a step: Back leads to the one before.
document.addEventListener("click", (event) => {
  const chosen = event.target.closest("[role=tab]");
  const before = chosen?.parentElement.querySelector("[aria-selected=true]");
  if (event.isTrusted && before && before !== chosen) step(() => before.click());
}, true);

// Two keys, for who is not writing: ? opens the help, / leads to where one writes. The help turns them off and on.
const mayUseKeys = () => localStorage.getItem("keys") !== "off";
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog") || !mayUseKeys()) return;
  const field = [...document.querySelectorAll("#asking textarea, .piece :is(input[type=search], .asked input)")].find((each) => each.checkVisibility());
  if (event.key === "?") dialog.open("/help");
  else if (event.key === "/" && field) event.preventDefault(), field.focus();
});
document.addEventListener("change", ({ target }) => {
  if (target.matches(".use-keys")) localStorage.setItem("keys", target.checked ? "on" : "off");
});

// Another screen, by its name; Back leads to where one was.
function toTab(name) {
  const tabs = [...document.querySelectorAll("[role=tab]")].filter((tab) => tab.checkVisibility());
  const tab = tabs.find((each) => each.textContent.trim() === name);
  const before = tabs.find((each) => each.getAttribute("aria-selected") === "true");
  if (tab && before !== tab) step(() => before.click());
  tab?.click();
  tab?.focus();
}

// What is folded on the screen that was chosen, such as the reading list, unfolds and comes into view.
async function unfold(id) {
  const part = await there(() => document.getElementById(id)?.checkVisibility() && document.getElementById(id));
  const head = part.querySelector("button");
  if (head.getAttribute("aria-expanded") !== "true") head.click();
  head.focus();
  // Before what is folded is there, there is nothing below to make room for it; the table above may come later still.
  await there(() => part.querySelector("ul")?.checkVisibility() && !shelf.loading);
  part.scrollIntoView({ block: "start" });
}

// More like a passage, from its beginning; Back leads to what was found before.
async function more(link) {
  const place = placeOf(link);
  const before = [...place.childNodes];
  if (!(await load(link.getAttribute("href"), place))) return;
  step(() => {
    place.replaceChildren(...before);
    link.focus();
  });
  place.querySelector("[role=status]").focus();
}

const placeOf = (element) => document.getElementById(element.dataset.target);

// Parts of a form may stand in what it loaded: the keyboard goes on from there, or from what there is to tell.
async function loadForm(form, submitter) {
  const fields = new URLSearchParams(new FormData(form, submitter));
  const place = placeOf(form);
  const held = place.contains(document.activeElement) ? document.activeElement.id : null;
  await load(`${form.getAttribute("action")}?${fields}`, place);
  if (held !== null) (document.getElementById(held) ?? place.querySelector("[role=status]"))?.focus();
}

// Forms that load a piece: while one types where the answer is quick, else when it is sent.
// One request is under way at a time: what is typed meanwhile is asked for when it is back, without a wait otherwise.
const asking = new Map();
async function typed(form) {
  if (asking.has(form)) return asking.set(form, true);
  do {
    asking.set(form, false);
    await loadForm(form);
  } while (asking.get(form));
  asking.delete(form);
}
document.addEventListener("input", (event) => {
  const form = event.target.closest("form.fragment");
  if (form && !form.classList.contains("slow")) typed(form);
});
// What is chosen for a slow form, such as an order, is at hand without another press.
document.addEventListener("change", (event) => {
  if (event.target.matches("select") && event.target.form?.matches("form.fragment.slow")) loadForm(event.target.form);
});
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.matches("form.fragment")) {
    event.preventDefault();
    form.classList.contains("slow") ? loadForm(form, event.submitter) : typed(form);
  } else if (form.matches("form.send")) {
    event.preventDefault();
    await load(form.getAttribute("action"), placeOf(form), { method: "POST", body: new URLSearchParams(new FormData(form, event.submitter)) });
    placeOf(form).querySelector("[role=status], [role=alert]")?.focus();
    if (form.dataset.target === "kept") count();
  }
});

// Pieces that are loaded anew whenever their screen is chosen, wherever on it they are: what a form found, with its words.
const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting) refresh(entry.target);
}, { rootMargin: "100000px" });
async function refresh(place) {
  await Promise.all([...noting.values()].map(({ field }) => note(field)));
  const form = place.id && document.querySelector(`form.fragment[data-target="${place.id}"]`);
  const chosen = place.options && chosenBefore(place).value;
  if (form) typed(form);
  else load(chosen?.startsWith("report:") ? `${place.dataset.refresh}?chosen=${encodeURIComponent(chosen)}` : place.dataset.refresh, place);
}
const watched = new WeakSet();
new MutationObserver(() => {
  for (const place of document.querySelectorAll("[data-refresh]")) {
    if (!watched.has(place)) watched.add(place), seen.observe(place);
  }
  showCount();
}).observe(document, { childList: true, subtree: true });

document.addEventListener("click", async (event) => {
  const target = event.target.closest("a.load, a.see, button.back, button.keep, button.copy, a.copy, button.vote, button.dialog, button.to-tab");
  if (!target || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  if (target.matches("a.load")) more(target);
  else if (target.matches("button.back")) history.back();
  else if (target.matches("a.see")) viewer.open(target);
  else if (target.matches("button.keep")) keep(target);
  else if (target.matches("button.copy")) copy(pastedWith(target), texts.copied);
  else if (target.matches("button.dialog")) dialog.open(target.dataset.address);
  else if (target.matches("button.to-tab")) {
    toTab(target.value);
    if (target.dataset.unfold) unfold(target.dataset.unfold);
  }
  else if (target.matches("a.copy")) copy({ "text/plain": target.href }, texts.linkCopied);
  else vote(target);
});

// A menu closes when something else is chosen, and by the Escape key.
const closeMenus = (except) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(except)) menu.open = false;
};
document.addEventListener("click", (event) => closeMenus(event.target));
// One that asks for a name is ready for it.
document.addEventListener("toggle", ({ target }) => {
  if (target.matches("details.menu[open]")) target.querySelector("input:not([type=hidden])")?.focus();
}, true);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.activeElement?.closest("details.menu[open]");
  closeMenus(null);
  menu?.querySelector("summary").focus();
});

async function send(address, fields) {
  try {
    const body = new URLSearchParams(fields);
    const keepalive = String(body).length < 60_000; // a browser sends no more than 64 KiB after the page was left
    const got = await fetch(address, { method: "POST", body, headers: { "X-Requested-With": "page" }, keepalive });
    return { ok: got.ok, isAway: got.status === 503, text: await got.text() };
  } catch {
    return { ok: false, isAway: true, text: texts.silent };
  }
}

async function keep(button) {
  const { passage, quote, question } = button.dataset;
  const got = await send("/kept", { passage, quote, question });
  say(got.text);
  if (!got.ok) return;
  button.textContent = texts.kept;
  button.setAttribute("aria-pressed", "true");
  count();
}

// How much is kept stands on its tab, which Gradio may draw anew.
let counted = "";
async function count() {
  const got = await fetch("/kept/count", { headers: { "X-Requested-With": "page" } });
  if (got.ok) counted = await got.text();
  showCount();
}
function showCount() {
  for (const tab of document.querySelectorAll("[role=tab]")) if (tab.textContent.trim() === texts.screens.evidence && tab.dataset.count !== counted) tab.dataset.count = counted;
}
count();

// What is pasted after a press of `button`, by its media types.
function pastedWith(button) {
  const { innerHTML, content } = button.parentElement.querySelector("template");
  const plain = [...content.children].map((part) => part.textContent).join("\n\n");
  return { "text/html": innerHTML, "text/plain": plain };
}

async function copy(kinds, told) {
  try {
    await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(Object.entries(kinds).map(([kind, text]) => [kind, new Blob([text], { type: kind })])))]);
    say(told);
  } catch {
    // A browser lets no page write to the clipboard without https, unless in answer to a copy that the reader made.
    const copied = (event) => {
      for (const [kind, text] of Object.entries(kinds)) event.clipboardData.setData(kind, text);
      event.preventDefault();
    };
    document.addEventListener("copy", copied, { once: true });
    say(document.execCommand("copy") ? told : texts.notCopied);
    document.removeEventListener("copy", copied);
  }
}

// A note on what is kept is sent when its writer pauses for a moment or goes elsewhere, and again until it arrives.
const noting = new Map(); // the fields of what has not arrived yet and the clock of each, by where it is sent
async function note(field) {
  const { address } = field.dataset;
  clearTimeout(noting.get(address)?.clock);
  noting.delete(address);
  const sending = (noted = send(address, { note: field.value }));
  const { isAway, text } = await sending;
  say(text);
  if (isAway && !noting.has(address)) noteLater(field, 5000); // else more was written meanwhile
}
function noteLater(field, wait) {
  const { address } = field.dataset;
  clearTimeout(noting.get(address)?.clock);
  noting.set(address, { field, clock: setTimeout(note, wait, field) });
}
addEventListener("pagehide", () => [...noting.values()].forEach(({ field }) => note(field)));
document.addEventListener("input", ({ target }) => target.matches("textarea.note") && noteLater(target, 700));
document.addEventListener("change", ({ target }) => noting.has(target.dataset.address) && note(target));

async function vote(button) {
  const group = button.closest(".votes");
  const { conversation, turn } = group.dataset;
  const helpful = button.value;
  const reason = helpful === "no" ? group.querySelector("input").value : "";
  const got = await send("/votes", { conversation, turn, helpful, reason });
  const wanted = got.ok && helpful === "no" && !reason; // the reason is asked for, so thanks would come too early
  if (!wanted) say(got.text);
  if (!got.ok) return;
  for (const each of group.querySelectorAll("button[aria-pressed]")) each.setAttribute("aria-pressed", String(each.value === helpful));
  const why = group.querySelector(".why");
  why.hidden = !wanted;
  if (wanted) why.querySelector("input").focus();
}

// What has happened, in a line that is shown for a while and read out.
let saying;
function say(words) {
  let line = document.getElementById("said");
  if (!line) {
    line = document.createElement("p");
    line.id = "said";
    line.setAttribute("role", "status");
    document.body.append(line);
  }
  line.textContent = words;
  line.classList.add("shown");
  clearTimeout(saying);
  saying = setTimeout(() => line.classList.remove("shown"), 4000);
}

// What opens above the page, as the settings do; Escape and Back close it.
const dialog = {
  async open(address) {
    const panel = (this.panel ??= this.make());
    const place = panel.querySelector("#dialog");
    if (!panel.open) {
      place.replaceChildren();
      panel.showModal();
      step((this.hide = () => panel.close()));
    }
    await load(address, place);
    for (const box of place.querySelectorAll(".use-keys")) box.checked = mayUseKeys();
  },
  make() {
    const panel = document.createElement("dialog");
    panel.setAttribute("aria-labelledby", "dialog-title");
    panel.innerHTML = "<p><button type='button'></button></p><div id='dialog' class='piece'></div>";
    panel.querySelector("button").textContent = texts.close;
    panel.querySelector("button").addEventListener("click", () => undo(this.hide));
    panel.addEventListener("cancel", (event) => {
      event.preventDefault();
      undo(this.hide);
    });
    panel.addEventListener("click", (event) => event.target === panel && undo(this.hide));
    document.body.append(panel);
    return panel;
  },
};

// Change how the page is laid out, and keep `element` at its place on the screen.
function steady(element, change) {
  const before = element.getBoundingClientRect().top;
  change();
  scrollBy({ top: element.getBoundingClientRect().top - before, behavior: "instant" });
}

// The page of a report beside the answer.
const viewer = {
  open(link) {
    this.from = link;
    const panel = (this.panel ??= this.make());
    const address = link.getAttribute("href");
    // A frame of its own for each source: Back, which closes one, would bring the source before it back into the same.
    panel.querySelector("iframe").replaceWith(this.frame(address));
    panel.querySelector("a").href = address;
    if (panel.hidden) step(this.hiding);
    steady(link, () => {
      panel.hidden = false;
      document.body.classList.add("viewing");
    });
    panel.querySelector("button").focus();
  },
  close() {
    undo(this.hiding);
  },
  hiding: () => viewer.hide(),
  hide() {
    steady(this.from, () => {
      this.panel.hidden = true;
      document.body.classList.remove("viewing");
    });
    if (this.from.isConnected) this.from.focus();
  },
  make() {
    const panel = document.createElement("aside");
    panel.id = "viewer";
    panel.hidden = true;
    panel.setAttribute("aria-label", texts.source);
    panel.innerHTML = "<p><button type='button'></button><a target='_blank' rel='noopener'></a></p><iframe></iframe>";
    panel.querySelector("button").textContent = texts.close;
    panel.querySelector("a").textContent = texts.newWindow;
    panel.querySelector("button").addEventListener("click", () => this.close());
    document.addEventListener("keydown", this.escape);
    document.body.append(panel);
    return panel;
  },
  escape: (event) => event.key === "Escape" && !viewer.panel.hidden && !document.querySelector("dialog[open]") && viewer.close(),
  frame(address) {
    const frame = document.createElement("iframe");
    frame.title = texts.page;
    frame.src = address;
    frame.addEventListener("load", () => {
      const inside = frame.contentWindow;
      inside.addEventListener("keydown", this.escape);
      // A page that is turned takes the place of the one before, so that Back closes the source.
      inside.document.addEventListener("click", (click) => {
        const turned = click.target.closest("nav a");
        if (!turned || click.ctrlKey || click.metaKey || click.shiftKey) return;
        click.preventDefault();
        inside.location.replace(turned.href);
      });
      inside.document.getElementById("mark")?.scrollIntoView({ block: "center" });
    });
    return frame;
  },
};

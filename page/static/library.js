// The table of the library: loaded when its screen is chosen and whenever the reports change; sorted, filtered and ticked
// here. One control of all rows is reached by Tab; the arrow keys lead from it to the others.
"use strict";

const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const collator = new Intl.Collator(texts.language, { numeric: true, sensitivity: "base" });

const shelf = {
  seen: "", // the version of the library that the table shows
  sorted: { column: "added", down: true },
  ticked: new Set(), // the ids of the reports
  rows: [],
  loading: false,
  ahead: null, // a table that was fetched before its screen was chosen, with its version

  get(seen) {
    return fetch(`/library?seen=${encodeURIComponent(seen)}`, { headers: { "X-Requested-With": "page" } }).catch(() => null);
  },

  // Fetch the table while nothing else is to be done, so that it is there when its screen is chosen.
  async prepare() {
    if (this.seen || this.loading) return;
    const got = await this.get("");
    if (got?.status === 200) this.ahead = { html: await got.text(), version: got.headers.get("X-Version") };
  },

  // Load the table where it is another by now; what was ticked, sorted, filtered and in focus stays so.
  async refresh() {
    if (this.loading) return void (this.again = true);
    this.loading = true;
    do {
      this.again = false;
      if (this.ahead && !this.seen) this.show(this.ahead.html, this.ahead.version);
      this.ahead = null;
      const got = await this.get(this.seen);
      if (!got) say(texts.silent);
      if (got?.status === 200) this.show(await got.text(), got.headers.get("X-Version"));
    } while (this.again);
    this.loading = false;
  },

  show(html, version) {
    this.seen = version;
    const place = document.getElementById("reports");
    const focus = place.contains(document.activeElement) && whereIs(document.activeElement);
    const edge = place.getBoundingClientRect().top;
    const first = this.rows.find(({ row }) => row.getBoundingClientRect().bottom > edge);
    const above = first?.row.getBoundingClientRect().top;
    place.innerHTML = html;
    for (const piece of place.querySelectorAll("template[data-for]")) this.put(piece);
    this.rows = [...place.querySelectorAll("tbody tr")].map((row, at) => ({ row, at, id: row.dataset.id }));
    const there = new Set(this.rows.map((each) => each.id));
    for (const id of this.ticked) if (!there.has(id)) this.ticked.delete(id);
    for (const { row, id } of this.rows) if (this.ticked.has(id)) tickOf(row).checked = true;
    if (this.sorted.column !== "added" || !this.sorted.down) this.sort();
    this.filter();
    const again = first && this.rows.find(({ row, id }) => id === first.id && !row.hidden);
    if (again) place.scrollTop += again.row.getBoundingClientRect().top - above; // what was in sight stays there
    if (focus) find(focus)?.focus();
  },

  // What comes beside the table goes to its own place; what was chosen there or unfolded stays so.
  put(piece) {
    const place = document.getElementById(piece.dataset.for);
    const [chosen, open] = [place.value, place.querySelector("details.bin")?.open];
    place.replaceChildren(piece.content);
    if (place.options) place.selectedIndex = Math.max(0, [...place.options].findIndex((each) => each.value === chosen));
    else if (open) place.firstElementChild?.setAttribute("open", "");
  },

  sort() {
    const { column, down } = this.sorted;
    const values = new Map(this.rows.map((each) => [each, valueOf(each.row, column)]));
    this.rows.sort((one, other) => {
      const [a, b] = [values.get(one), values.get(other)];
      if (!a || !b) return (a ? 0 : 1) - (b ? 0 : 1) || one.at - other.at; // what is not known stands last either way
      return (down ? collator.compare(b, a) : collator.compare(a, b)) || one.at - other.at;
    });
    document.querySelector("#reports tbody")?.append(...this.rows.map((each) => each.row));
  },

  filter() {
    const words = folded(document.getElementById("shelf-words").value).split(/\s+/).filter(Boolean);
    const only = document.getElementById("shelf-show").value;
    let count = 0;
    for (const each of this.rows) {
      const shown = isIn(each.row, only) && (!words.length || words.every((word) => (each.text ??= folded(textOf(each.row))).includes(word)));
      each.row.hidden = !shown;
      count += shown;
    }
    const told = words.length || only ? fill(document.getElementById("shelf").dataset.shown, { count, all: this.rows.length }) : "";
    document.getElementById("shelf-count").textContent = told;
    for (const head of document.querySelectorAll("#reports thead th[scope]")) {
      const way = this.sorted.down ? "descending" : "ascending";
      head.className === this.sorted.column ? head.setAttribute("aria-sort", way) : head.removeAttribute("aria-sort");
    }
    const current = document.querySelector("#reports tbody [tabindex='0']");
    if (!current || current.closest("tr").hidden) beReached(tickOf(this.rows.find((each) => !each.row.hidden)?.row));
    document.getElementById("shelf-collection").hidden = !collection();
    this.count();
  },

  count() {
    const line = document.getElementById("shelf-ticked");
    const count = this.chosen().length;
    const hidden = this.ticked.size - count;
    const told = document.getElementById("shelf").dataset;
    line.hidden = !this.ticked.size;
    line.querySelector("[role=status]").textContent = fill(hidden ? told.unseen : told.ticked, { count, hidden });
    document.getElementById("shelf-doing").hidden = !count;
    const out = line.querySelector("[data-do=take-out]");
    if (out) out.hidden = !collection();
    const all = document.querySelector("#reports thead input");
    if (!all) return;
    const shown = this.rows.filter((each) => !each.row.hidden);
    const some = shown.filter((each) => this.ticked.has(each.id)).length;
    all.checked = some > 0 && some === shown.length;
    all.indeterminate = some > 0 && some < shown.length;
  },

  // The ids of the reports that are ticked and shown: nothing is done with what one does not see.
  chosen() {
    return this.rows.filter(({ row, id }) => !row.hidden && this.ticked.has(id)).map(({ id }) => id);
  },

  tick(id, on) {
    on ? this.ticked.add(id) : this.ticked.delete(id);
  },
};

const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name].toLocaleString(texts.language));
const tickOf = (row) => row?.querySelector("input");
const textOf = (row) => `${row.textContent} ${row.dataset.words}`;
const valueOf = (row, column) => {
  const cell = row.querySelector(`:scope > .${column}`);
  return cell.dataset.v ?? (cell.querySelector("a, summary") ?? cell).textContent;
};
const isIn = (row, only) =>
  !only || (only === "check" ? row.classList.contains("check") : JSON.parse(row.dataset.in ?? "[]").includes(only.slice(3)));
const collection = () => document.getElementById("shelf-show").value.match(/^in:(.*)/s)?.[1] ?? "";

// The controls of a row, and which of them is which after the table was loaded anew.
const controls = (row) => [...row.querySelectorAll("input, th > a, summary")];
const whereIs = (control) => {
  const row = control.closest("tr");
  return { id: row?.dataset.id, at: row ? controls(row).indexOf(control) : -1 };
};
const find = ({ id, at }) => {
  const row = [...document.querySelectorAll("#reports tbody tr")].find((each) => each.dataset.id === id);
  return row && (controls(row).at(at) ?? tickOf(row));
};

function beReached(control) {
  for (const before of document.querySelectorAll("#reports tbody [tabindex='0']")) before.tabIndex = -1;
  if (control) control.tabIndex = 0;
}

document.addEventListener("focusin", (event) => {
  if (event.target.matches("#reports tbody :is(input, th > a, summary)")) beReached(event.target);
});

document.addEventListener("keydown", (event) => {
  const control = event.target.closest?.("#reports tbody :is(input, th > a, summary)");
  if (!control || event.ctrlKey || event.altKey || event.metaKey) return;
  const rows = shelf.rows.filter((each) => !each.row.hidden).map((each) => each.row);
  const [row, at] = [control.closest("tr"), rows.indexOf(control.closest("tr"))];
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 10, PageUp: at - 10, Home: 0, End: rows.length - 1 }[event.key];
  const beside = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (to === undefined && !beside) return;
  event.preventDefault();
  if (beside) return controls(row)[controls(row).indexOf(control) + beside]?.focus();
  const next = rows[Math.min(Math.max(to, 0), rows.length - 1)];
  const cell = control.closest("td, th").className;
  (controls(next).find((each) => each.closest("td, th").className === cell) ?? tickOf(next)).focus();
});

document.addEventListener("input", (event) => {
  if (!event.target.matches("#shelf-words, #shelf-show")) return;
  shelf.filter();
  document.getElementById("reports").scrollTop = 0;
});
document.addEventListener("change", (event) => {
  if (event.target.matches("#reports tbody .tick input")) shelf.tick(event.target.closest("tr").dataset.id, event.target.checked);
  else if (event.target.matches("#reports thead .tick input")) {
    for (const { row, id } of shelf.rows.filter((each) => !each.row.hidden)) shelf.tick(id, (tickOf(row).checked = event.target.checked));
  } else return;
  shelf.count();
});
document.addEventListener("click", (event) => {
  const head = event.target.closest("#reports thead button")?.closest("th");
  if (!head) return;
  const { column, down } = shelf.sorted;
  shelf.sorted = { column: head.className, down: column === head.className ? !down : head.className === "added" };
  shelf.sort();
  shelf.filter();
});

// What is done with reports: with that of a row, with those that are ticked, or with what was removed.
const doing = {
  edit: (button) => edit(button.closest("tr").dataset.id),
  remove: (button) => change("remove", [button.closest("tr").dataset.id]),
  "remove-ticked": () => change("remove", shelf.chosen()),
  "put-back": (button) => change("put-back", JSON.parse(button.dataset.ids)),
  "empty-bin": () => change("empty-bin", []),
  "take-out": () => change("take-out", shelf.chosen(), { name: collection() }),
  show: async (button) => {
    const choice = document.getElementById("shelf-show");
    await there(() => [...choice.options].some((each) => each.value === `in:${button.value}`)); // the table is being loaded
    document.getElementById("shelf-words").value = "";
    showCollection(button.value);
    choice.focus();
  },
  forget: () => change("forget", [], { name: collection() }),
  "ask-one": (button) => goTo("ask", `report:${button.closest("tr").dataset.id}`, button.closest("tr").querySelector("th a").textContent),
  "in-ask": () => goTo("ask", collection()),
  "in-find": () => goTo("find", collection()),
  "in-compare": () => goTo("compare", collection()),
  close: () => undo(closeEditing),
};
document.addEventListener("click", (event) => {
  const button = event.target.closest("#shelf button[data-do]");
  if (button) doing[button.dataset.do](button);
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("#shelf form[data-do]")) return;
  event.preventDefault();
  const name = form.elements.name.value.trim();
  if (form.dataset.do === "collect") return change("collect", shelf.chosen(), { name });
  const done = await change("rename", [], { name: collection(), new: name });
  if (done) showCollection(done.querySelector("[data-called]").dataset.called);
});

function showCollection(name) {
  document.getElementById("shelf-show").value = `in:${name}`;
  shelf.filter();
}

// Another screen, limited to a collection or to one report; the field for the question is ready there.
async function goTo(screen, within, words = within) {
  toTab(texts.screens[screen]);
  const choice = await there(() => document.getElementById(`${screen}-within`)?.checkVisibility() && document.getElementById(`${screen}-within`));
  if (![...choice.options].some((each) => each.value === within)) choice.add(new Option(words, within));
  choice.value = within;
  choice.dispatchEvent(new Event("change", { bubbles: true }));
  choice.dispatchEvent(new Event("input", { bubbles: true }));
  (document.querySelector(screen === "ask" ? "#asking textarea" : `#${screen}-words`) ?? choice.form.querySelector("input")).focus();
}
// What `look` finds once it is there; nothing where it does not come in ten minutes, as long as files may take to be sent.
const there = (look) => new Promise((done) => {
  const until = performance.now() + 600_000;
  const again = () => (look() || performance.now() > until ? done(look()) : setTimeout(again, 30));
  again();
});

// The choice of a collection under “Ask” is written into Gradio's part for it, which sends it with the question.
for (const kind of ["change", "restored"]) document.addEventListener(kind, async ({ target }) => {
  if (target.id !== "ask-within") return;
  const field = await there(() => document.querySelector("#asked-within :is(input, textarea)"));
  field.value = target.value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
});

// Change the library; what was done is told in the place that is given back. Nothing is where that was refused.
async function change(what, ids, fields = {}) {
  const got = await send(`/library/${what}`, { ...fields, id: ids.join("\n") });
  if (!got.ok) return say(got.text);
  closeMenus(null);
  const done = document.getElementById("shelf-done");
  done.innerHTML = got.text;
  done.focus(); // before the table comes: whoever goes on meanwhile is not taken away from there
  await shelf.refresh();
  return done;
}

const closeEditing = () => document.getElementById("shelf-edit").close();
async function edit(id) {
  const dialog = document.getElementById("shelf-edit");
  await load(`/library/edit?id=${encodeURIComponent(id)}`, dialog);
  dialog.onclose = async () => {
    await shelf.refresh();
    find({ id, at: -1 })?.focus(); // the menu from which it was opened
  };
  dialog.oncancel = (event) => {
    event.preventDefault();
    undo(closeEditing);
  };
  dialog.showModal();
  step(closeEditing);
}

// Files and folders can be dropped anywhere: Gradio's part for files takes them, and they are added at once.
document.body.dataset.drop = texts.drop;
const bringsFiles = (event) => event.dataTransfer?.types.includes("Files") && !event.target.closest?.(".upload-container");
document.addEventListener("dragover", (event) => {
  document.body.classList.toggle("dropping", Boolean(bringsFiles(event)));
  if (bringsFiles(event)) event.preventDefault();
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) document.body.classList.remove("dropping");
});
document.addEventListener("drop", async (event) => {
  document.body.classList.remove("dropping");
  if (!bringsFiles(event)) return;
  event.preventDefault();
  const files = await dropped(event.dataTransfer);
  toTab(texts.screens.library);
  const input = await there(() => document.querySelector("#adding input[type=file]"));
  if (!input || !files.length) return;
  const all = new DataTransfer();
  for (const file of files) all.items.add(file);
  input.files = all.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  if (await there(() => document.querySelectorAll("#adding tr.file").length >= files.length)) document.getElementById("add").click();
});

// The files that were dropped, and those in folders that were.
async function dropped(transfer) {
  const whole = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  return whole.length ? (await Promise.all(whole.map(within))).flat() : [...transfer.files];
}
async function within(entry) {
  if (entry.isFile) return [await new Promise((done, failed) => entry.file(done, failed))];
  const reader = entry.createReader();
  const all = [];
  for (let some; (some = await new Promise((done, failed) => reader.readEntries(done, failed))).length; ) all.push(...some);
  return (await Promise.all(all.map(within))).flat();
}

// What is folded in a row comes when it is asked for: what can be done, and what shows of what kind a report is.
document.addEventListener("toggle", (event) => {
  const folded = event.target;
  if (!folded.matches?.("#reports :is(.kind, .menu)[open]") || folded.children.length > 1) return;
  if (folded.matches(".menu")) {
    folded.append(document.getElementById("shelf-menu").content.cloneNode(true));
    folded.querySelector("[data-do=open]").href = folded.closest("tr").querySelector("th a").href;
    return;
  }
  const told = document.createElement("p");
  folded.append(told);
  load(`/library/kind?id=${encodeURIComponent(folded.closest("tr").dataset.id)}`, told);
}, true);

// What is in the bin comes into view when it is unfolded.
document.addEventListener("click", (event) => {
  const bin = event.target.closest(".bin > summary")?.parentElement;
  if (bin) requestAnimationFrame(() => bin.scrollIntoView({ block: "nearest" }));
});

// Whoever changes the reports, the table shows it: Gradio's part of the screen carries their version.
const screen = new IntersectionObserver((entries) => {
  if (entries.some((each) => each.isIntersecting)) shelf.refresh();
}, { rootMargin: "100000px" });
let place, version;
new MutationObserver(() => {
  const there = document.getElementById("reports");
  if (there && there !== place) screen.observe((place = there));
  const now = document.querySelector("[data-library]")?.dataset.library;
  if (now === version) return;
  version = now;
  if (place?.checkVisibility()) shelf.refresh();
}).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-library"] });

// Once the page has come to rest; where it never does, the table is loaded when its screen is chosen.
setTimeout(() => (globalThis.requestIdleCallback ?? setTimeout)(() => shelf.prepare()), 2000);

// `element` holds the conversation. It is a log: what is added is read out, and a new question comes into view. Once a
// conversation is kept, its address stands in the browser, so that it is there again when the page is loaded anew.
element.setAttribute("role", "log");
element.setAttribute("aria-label", label); // the server puts it before this script
let shown = 0;
new MutationObserver(() => {
  const turns = element.querySelectorAll(".turn");
  if (turns.length > shown) turns[turns.length - 1].scrollIntoView({ block: "start" });
  const id = element.querySelector("[data-conversation]")?.dataset.conversation;
  const last = turns[turns.length - 1];
  // What can be done with an answer stands below it once it is kept; until then a reload asks for it again.
  if (last && !last.querySelector(".votes")) {
    const asked = new URLSearchParams(id ? { conversation: id } : {});
    asked.set("ask", last.querySelector("h2").textContent);
    const limits = [...document.querySelectorAll("#limits .block:not(#asked-within) input"), document.querySelector("#asked-within :is(input, textarea)")];
    ["named", "theme", "first_year", "last_year", "within"].forEach((name, at) => limits[at]?.value && asked.set(name, limits[at].value));
    history.replaceState(history.state, "", `/?${asked}`);
  } else if (id) history.replaceState(history.state, "", `/?conversation=${id}`);
  else if (shown && !turns.length) history.replaceState(history.state, "", "/");
  shown = turns.length;
  // A question that failed is to be asked again; not over the next one, where that is being written already.
  const again = element.querySelector("[data-again]")?.dataset.again;
  if (again) {
    delete element.querySelector("[data-again]").dataset.again;
    setTimeout(() => {
      const box = document.querySelector("#asking textarea");
      if (box.value) return;
      box.value = again;
      box.dispatchEvent(new Event("input", { bubbles: true }));
    }, 100); // the box may be being emptied still
  }
}).observe(element, { childList: true, subtree: true });

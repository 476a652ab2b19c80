// `element` holds the conversation. It is a log: what is added is read out, and a new question comes into view.
element.setAttribute("role", "log");
element.setAttribute("aria-label", "Conversation");
let shown = 0;
new MutationObserver(() => {
  const turns = element.querySelectorAll(".turn");
  if (turns.length > shown) turns[turns.length - 1].scrollIntoView({ block: "start" });
  shown = turns.length;
}).observe(element, { childList: true, subtree: true });

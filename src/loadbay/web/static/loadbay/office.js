/* The office's few manners: the menu on small screens, "/" to search, asking before what cannot be undone,
   forms that submit when a choice changes. Everything works without it; the bench has its own script. */
"use strict";

(() => {
  const side = document.querySelector("[data-side]");
  const button = document.querySelector("[data-menu-button]");
  document.documentElement.classList.remove("no-script");

  button?.addEventListener("click", () => {
    const open = side.classList.toggle("is-open");
    button.setAttribute("aria-expanded", String(open));
  });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const search = document.querySelector("[data-search]");
    if (search) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  });

  /* Where things are scanned, a scan goes into the box whatever has the focus: also when it comes before the page
     has put the focus there. Into a box for numbers only digits are typed; a code begins with a letter. */
  const box = document.querySelector("[data-takes-scans]");
  document.addEventListener("keydown", (event) => {
    if (!box || event.target === box || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.length !== 1 || (event.key === " " && event.target.closest("a, button"))) return;
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (typing && !(typing.inputMode === "numeric" && /\p{L}/u.test(event.key))) return;
    box.focus();
    box.select();
  });

  document.addEventListener("submit", (event) => {
    const question = (event.submitter && event.submitter.dataset.ask) || event.target.dataset.ask;
    if (question && !window.confirm(question)) event.preventDefault();
  });

  document.addEventListener("change", (event) => {
    const all = event.target.closest("[data-all]");
    if (!all) return;
    for (const box of document.querySelectorAll(`input[name="${all.dataset.all}"]`)) box.checked = all.checked;
  });

  /* A double click must not send a form twice; the server would refuse it, but the person would wonder. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.hasAttribute("hx-get") || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) event.preventDefault();
    else if (form.method === "post") form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });
})();

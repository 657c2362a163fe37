// What the browser must know before and beside Gradio: language, light or dark, the line under each tab.
// Runs in the head, before Gradio's own script, which reads navigator.language once when it starts.
(() => {
  "use strict";
  const root = document.documentElement;
  const kept = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
  const keep = (name, value) => { try { localStorage.setItem(name, value); } catch { /* private mode: this page only */ } };

  // Language: the person's choice, else the browser's.
  const chosen = kept("playground-language");
  const language = chosen === "en" || chosen === "zh" ? chosen : (navigator.language || "").toLowerCase().startsWith("zh") ? "zh" : "en";
  const tag = language === "zh" ? "zh-CN" : "en";
  Object.defineProperty(navigator, "language", { get: () => tag, configurable: true });
  Object.defineProperty(navigator, "languages", { get: () => [tag], configurable: true });
  root.lang = tag;

  // Light or dark: the person's choice, else the system's. Gradio sets the class on body by itself; ours has the last word.
  const system = matchMedia("(prefers-color-scheme: dark)");
  const wantsDark = () => { const theme = kept("playground-theme"); return theme ? theme === "dark" : system.matches; };
  const paint = () => {
    const dark = wantsDark();
    root.classList.toggle("dark", dark);
    if (document.body && document.body.classList.contains("dark") !== dark) document.body.classList.toggle("dark", dark);
  };
  system.addEventListener("change", paint);
  paint();

  // The line under a tab's title: copied from the hidden elements the handlers update.
  const showStatus = () => {
    for (const line of document.querySelectorAll(".pg-status")) {
      const button = document.getElementById(`tab-${line.dataset.step}-button`);
      if (!button) continue;
      if (button.dataset.status !== line.textContent) button.dataset.status = line.textContent;
      if (button.dataset.tone !== line.dataset.tone) button.dataset.tone = line.dataset.tone;
    }
  };
  // The tab in view stands in the address, so a reload comes back to it.
  const showPlace = () => {
    const button = document.querySelector('[role="tab"][aria-selected="true"][data-tab-id]');
    if (!button || !button.id.startsWith("tab-")) return;
    const place = `#${button.dataset.tabId}`;
    if (window.playground.ready && location.hash !== place) {
      history.replaceState(null, "", place);
      button.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  };

  const copyCode = async (button) => {
    const code = button.closest(".pg-code").querySelector("pre");
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.dataset.done = "✓";
    } catch { // no clipboard outside a secure page: mark the text, so that the keyboard can copy it
      getSelection().selectAllChildren(code);
    }
    setTimeout(() => { delete button.dataset.done; }, 1500);
  };

  document.addEventListener("click", (event) => {
    const hit = event.target instanceof Element ? event.target.closest("[data-pg-language],[data-pg-theme],[data-pg-copy]") : null;
    if (!hit) return;
    if (hit.dataset.pgLanguage) {
      keep("playground-language", hit.dataset.pgLanguage);
      if (hit.dataset.pgLanguage !== language) location.reload();
    } else if ("pgCopy" in hit.dataset) {
      copyCode(hit);
    } else {
      keep("playground-theme", wantsDark() ? "light" : "dark");
      paint();
    }
  });
  // Gradio's own sheets arrive later; with equal weight the last one wins, and that must be ours.
  const styleLast = () => {
    const style = document.getElementById("playground-style");
    if (style && document.head.lastElementChild !== style) document.head.append(style);
  };

  document.addEventListener("DOMContentLoaded", () => {
    paint();
    styleLast();
    new MutationObserver(() => { showStatus(); showPlace(); }).observe(document.body, {
      childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ["aria-selected"],
    });
    new MutationObserver(paint).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  });
  window.playground = { language, ready: false, open() { this.ready = true; styleLast(); showStatus(); showPlace(); } };
})();

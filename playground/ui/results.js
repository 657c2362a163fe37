// The browser's side of Runs and Compare. Runs once however many components carry it.
// Gradio changes only the nodes that differ, so listeners stand on the document and everything shown here lives outside of them.
window.playgroundResults ||= (() => {
  "use strict";
  const tip = document.createElement("div");
  tip.className = "results-tip";
  tip.hidden = true;
  const cursor = document.createElement("div");
  cursor.className = "results-cursor";
  cursor.hidden = true;
  document.body.append(tip, cursor);

  const hide = () => { tip.hidden = true; cursor.hidden = true; };
  const place = (x, y) => {
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(8, Math.min(x, innerWidth - box.width - 8))}px`;
    tip.style.top = `${y - box.height - 12 < 8 ? y + 20 : y - box.height - 12}px`;
  };

  // A sentence for every marked word, under the pointer or under the focus.
  const explain = (term) => {
    tip.replaceChildren(term.dataset.help);
    cursor.hidden = true;
    const box = term.getBoundingClientRect();
    place(box.left, box.top);
  };

  // The values of a chart's lines at the step under the pointer.
  const nearest = (points, at) => points.reduce((best, point) => (Math.abs(point[0] - at) < Math.abs(best[0] - at) ? point : best), points[0]);
  const read = (area, event) => {
    const plot = JSON.parse(area.closest(".plot").dataset.plot);
    const box = area.getBoundingClientRect();
    const at = (event.clientX - box.left) / box.width;
    const all = plot.lines.flatMap((line) => line.points);
    if (!all.length) return hide();
    const [where, step] = nearest(all, at);
    const rows = plot.lines.map((line) => [line, nearest(line.points, where)]).filter(([, point]) => Math.abs(point[0] - where) < 0.03);
    const title = document.createElement("b");
    title.textContent = `${plot.x} ${step.toLocaleString()}`;
    tip.replaceChildren(title, ...rows.map(([line, point]) => {
      const row = document.createElement("span");
      row.className = `key ${line.style}`;
      row.textContent = `${line.name} ${point[2].replace(/^0\./, ".")}`;
      return row;
    }));
    Object.assign(cursor.style, { left: `${box.left + where * box.width}px`, top: `${box.top}px`, height: `${box.height}px` });
    cursor.hidden = false;
    place(box.left + where * box.width + 12, event.clientY);
  };

  const found = (event, selector) => (event.target instanceof Element ? event.target.closest(selector) : null);
  document.addEventListener("pointermove", (event) => {
    const area = found(event, ".chart .area");
    if (area) return read(area, event);
    const term = found(event, "[data-help]");
    if (term && term.dataset.help) return explain(term);
    hide();
  });
  document.addEventListener("focusin", (event) => { const term = found(event, "[data-help]"); if (term && term.matches(":focus-visible")) explain(term); });
  document.addEventListener("focusout", hide);
  document.addEventListener("scroll", hide, { capture: true, passive: true });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });

  // The log keeps its end in view, unless a person scrolled up.
  const away = new WeakSet();
  const toEnd = (pre) => { pre.scrollTop = pre.scrollHeight; };
  document.addEventListener("scroll", (event) => {
    const pre = event.target instanceof Element && event.target.matches(".run-log pre") ? event.target : null;
    if (!pre) return;
    const atEnd = pre.scrollHeight - pre.scrollTop - pre.clientHeight < 24;
    if (atEnd) away.delete(pre); else away.add(pre);
    pre.closest(".run-log").parentElement.classList.toggle("log-away", !atEnd);
  }, { capture: true, passive: true });
  document.addEventListener("click", (event) => {
    const follow = found(event, ".log-follow");
    if (follow) toEnd(follow.closest(".run-log").querySelector("pre"));
  });
  const follow = (element) => {
    const now = () => { const pre = element.querySelector(".run-log pre"); if (pre && !away.has(pre)) toEnd(pre); };
    new MutationObserver(now).observe(element, { childList: true, subtree: true, characterData: true });
    new ResizeObserver(now).observe(element);
    now();
  };

  // Clicks inside a component that Python wants to know of.
  const clicks = (element, trigger, name) => {
    element.addEventListener("click", (event) => {
      const row = found(event, "[data-run]");
      const button = found(event, "button[data-kind]");
      if (button) trigger(name, { kind: button.dataset.kind, page: Number(button.dataset.page) });
      else if (row) trigger(name, { run: row.dataset.run });
    });
  };
  return { follow, clicks };
})();

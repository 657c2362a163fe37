// The browser's side of the Data tab: which click means what, cells that can be edited in place, the map of the texts.
// Gradio changes only the nodes that differ, so listeners stand on the component and find what they need when something happens.
(() => {
  "use strict";
  const found = (event, selector) => (event.target instanceof Element ? event.target.closest(selector) : null);

  // Clicks that Python wants to know of: what the element says of itself, and which page of the table is open.
  const said = (element, more) => {
    const { do: kind, key, code, seen, row, place, page } = element.dataset;
    const table = document.getElementById("data-rows");
    return { do: kind, key, code, seen, row, place, page: page ?? table?.dataset.page, ...more };
  };

  // A change takes a moment in a large file: that is said, and a second press of the same button waits for the first.
  const CHANGES = new Set(["fix", "undo", "name", "accept", "keep", "keep_all", "edit", "drop"]);
  const wait = { count: 0, timer: 0, giveUp: 0, note: null };
  const begin = (kind) => {
    if (!CHANGES.has(kind)) return true;
    if (wait.count && kind !== "edit" && kind !== "drop") return false;
    wait.count += 1;
    clearTimeout(wait.timer);
    wait.timer = setTimeout(() => {
      const text = document.getElementById("data-rows")?.dataset.busy;
      if (!text || wait.note) return;
      wait.note = document.createElement("div");
      wait.note.className = "pg-toast";
      wait.note.setAttribute("role", "status");
      wait.note.textContent = text;
      document.body.append(wait.note);
    }, 600);
    clearTimeout(wait.giveUp); // an answer that never comes must not keep buttons shut
    wait.giveUp = setTimeout(() => { wait.count = 0; finish(); }, 120000);
    return true;
  };
  const finish = () => {
    wait.count = Math.max(0, wait.count - 1);
    if (wait.count) return;
    clearTimeout(wait.timer);
    wait.note?.remove();
    wait.note = null;
  };

  // Editing a cell: Enter keeps, Escape leaves, leaving the field keeps what was changed.
  const edit = (cell, report) => {
    if (cell.querySelector(".pg-field-in")) return;
    const box = cell.querySelector(".pg-cell");
    const before = cell.dataset.full ?? (cell.dataset.empty ? "" : box.textContent);
    const long = cell.dataset.edit === "text" || cell.dataset.edit === "text_pair";
    const field = document.createElement(long ? "textarea" : "input");
    field.className = "pg-field-in";
    field.value = before;
    field.setAttribute("aria-label", cell.title);
    const fit = () => { field.style.height = "auto"; field.style.height = `${Math.min(240, field.scrollHeight + 4)}px`; };
    if (long) { field.rows = 1; field.addEventListener("input", fit); } else field.setAttribute("list", "data-label-names");
    let done = false;
    const end = (keep, back = true) => {
      if (done) return;
      done = true;
      const value = field.value.trim();
      field.remove();
      box.hidden = false;
      if (back) cell.focus({ preventScroll: true });
      if (!keep || value === before.trim() || (cell.dataset.edit === "name" && !value)) return;
      if (cell.dataset.edit === "name") return report(said(cell, { do: "name", value }));
      box.textContent = value; // the table is drawn anew in any case, even if the change is refused
      cell.classList.add("pg-pending");
      report(said(cell, { do: "edit", row: cell.closest("tr").dataset.row, column: cell.dataset.edit, value }));
    };
    field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.isComposing || event.keyCode === 229) return; // Enter that ends the typing of a Chinese word
      if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); end(true); }
      if (event.key === "Escape") { event.preventDefault(); end(false); }
    });
    // Later, since the field also loses the focus when the table is drawn anew under it; then nothing is kept.
    field.addEventListener("blur", () => setTimeout(() => end(field.isConnected, false)));
    box.hidden = true;
    cell.append(field);
    if (long) fit();
    field.focus();
    field.select();
  };

  // One stop for the tab key in the whole table; arrow keys go from cell to cell.
  const STOPS = "[data-edit],[data-do=drop]";
  const walk = (event) => {
    const here = found(event, STOPS);
    const table = here?.closest(".pg-grid");
    if (!table) return false;
    const rows = [...table.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll(STOPS)]).filter((row) => row.length);
    const y = rows.findIndex((row) => row.includes(here));
    const x = rows[y].indexOf(here);
    const [dy, dx] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key] ?? [];
    if (dy === undefined) return false;
    const next = rows[Math.min(rows.length - 1, Math.max(0, y + dy))];
    const cell = next[Math.min(next.length - 1, Math.max(0, x + dx))];
    for (const stop of table.querySelectorAll(STOPS)) stop.tabIndex = stop === cell ? 0 : -1;
    cell.focus();
    return true;
  };
  const openTable = (element) => {
    const table = element.querySelector(".pg-grid");
    const stops = table ? [...table.querySelectorAll(STOPS)] : [];
    if (stops.length && !stops.some((stop) => stop.tabIndex === 0)) stops[0].tabIndex = 0;
    const marked = element.querySelector("tr.pg-marked");
    const stamp = element.querySelector("#data-rows")?.dataset.stamp;
    if (!stamp || stamp === openTable.stamp) return;
    openTable.stamp = stamp; // drawn anew: whatever was asked for has been answered
    finish();
    if (marked) marked.scrollIntoView({ block: "center" });
  };

  // What came of a change, said where the person is looking; with undo.
  let toast = null;
  const tell = (element) => {
    const line = element.querySelector(".pg-change, .pg-note p");
    const text = line ? line.textContent : "";
    if (text === tell.last) return;
    tell.last = text;
    toast?.remove();
    toast = null;
    const box = line?.getBoundingClientRect();
    if (!text || (box.top >= 0 && box.bottom <= innerHeight)) return;
    toast = document.createElement("div");
    toast.className = "pg-toast";
    toast.append(Object.assign(document.createElement("span"), { textContent: text }));
    const undo = document.getElementById("data-undo");
    if (undo && line.matches(".pg-change")) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: undo.textContent });
      button.addEventListener("click", () => { document.getElementById("data-undo")?.click(); });
      toast.append(button);
    }
    document.body.append(toast);
    const mine = toast;
    setTimeout(() => mine.remove(), 8000);
  };

  // The map. Drawn on a canvas from numbers; texts are only ever set as text.
  const COLOURS = 9;
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const tip = document.createElement("div");
  tip.className = "pg-map-tip";
  tip.hidden = true;
  tip.setAttribute("role", "status");
  const maps = new WeakMap();

  const rings = () => {
    const text = document.getElementById("data-rings")?.dataset.rings;
    return text ? JSON.parse(text) : {};
  };

  const mapOf = (element) => {
    const box = element.querySelector(".pg-map");
    if (!box) return null;
    const known = maps.get(box);
    if (known && known.text === box.dataset.map) return known;
    const map = { box, text: box.dataset.map, canvas: box.querySelector("canvas"), at: -1, light: null, ...JSON.parse(box.dataset.map) };
    maps.set(box, map);
    return map;
  };

  const place = (map, point) => {
    const { width, height } = map.canvas.getBoundingClientRect();
    const edge = 14;
    return [edge + (point[0] + 1) / 2 * (width - 2 * edge), edge + (1 - point[1]) / 2 * (height - 2 * edge)];
  };

  const paint = (map) => {
    const { canvas } = map;
    const { width, height } = canvas.getBoundingClientRect();
    if (!width || !height) return;
    const scale = devicePixelRatio || 1;
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const pen = canvas.getContext("2d");
    pen.scale(scale, scale);
    const ringed = rings();
    const radius = map.points.length > 2000 ? 2 : map.points.length > 400 ? 3 : 4;
    const colours = Array.from({ length: COLOURS + 1 }, (_, n) => style(`--pg-dot-${n}`));
    const lamp = style("--pg-tuned");
    const lit = (point) => map.light === null || point[2] === map.light;
    const dot = (point) => {
      const [x, y] = place(map, point);
      pen.globalAlpha = lit(point) ? 0.85 : 0.12;
      pen.fillStyle = map.light !== null && lit(point) && point[2] >= COLOURS ? lamp : colours[Math.min(point[2], COLOURS)];
      pen.beginPath();
      pen.arc(x, y, radius, 0, 7);
      pen.fill();
    };
    for (const point of map.points) if (!lit(point)) dot(point);
    for (const point of map.points) if (lit(point)) dot(point);
    pen.globalAlpha = 1;
    pen.lineWidth = 2;
    map.points.forEach((point, index) => {
      const ring = ringed[point[3]];
      if (!ring && index !== map.at) return;
      const [x, y] = place(map, point);
      pen.globalAlpha = lit(point) || index === map.at ? 1 : 0.12;
      pen.strokeStyle = index === map.at ? style("--pg-ink") : style(ring[0] === 1 ? "--pg-loss" : "--pg-warn");
      pen.setLineDash(ring && ring[0] === 2 ? [2, 2] : []);
      pen.beginPath();
      pen.arc(x, y, radius + (index === map.at ? 6 : 4), 0, 7);
      pen.stroke();
    });
    pen.setLineDash([]);
  };

  const nearest = (map, x, y) => {
    let best = -1, least = 14 * 14;
    map.points.forEach((point, index) => {
      const [px, py] = place(map, point);
      const far = (px - x) ** 2 + (py - y) ** 2;
      if (far < least) { least = far; best = index; }
    });
    return best;
  };

  const describe = (map) => {
    if (map.at < 0) { tip.hidden = true; return; }
    const point = map.points[map.at];
    const ring = rings()[point[3]];
    const head = Object.assign(document.createElement("b"), { textContent: [map.labels[point[2]], `${map.words.row} ${point[3] + 1}`].filter(Boolean).join(" · ") });
    const text = Object.assign(document.createElement("span"), { textContent: map.texts[map.at] });
    tip.replaceChildren(head, text);
    if (ring) {
      const why = map.words[ring[0]] + (ring[1] ? ` · ${map.words.suggested}: ${ring[1]}` : "");
      tip.append(Object.assign(document.createElement("i"), { textContent: why }));
    }
    tip.hidden = false;
    document.body.append(tip);
    const box = map.canvas.getBoundingClientRect();
    const [x, y] = place(map, point);
    const size = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(8, Math.min(box.left + x + 14, innerWidth - size.width - 8))}px`;
    tip.style.top = `${box.top + y + 14 + size.height > innerHeight ? box.top + y - size.height - 14 : box.top + y + 14}px`;
  };

  const point = (map, at) => { if (map.at !== at) { map.at = at; paint(map); describe(map); } };

  const onMap = (element, report) => {
    const under = (event) => (found(event, ".pg-map canvas") ? mapOf(element) : null);
    element.addEventListener("pointermove", (event) => {
      const map = under(event);
      if (map) point(map, nearest(map, event.offsetX, event.offsetY));
    });
    element.addEventListener("pointerout", (event) => { const map = under(event); if (map) point(map, -1); });
    element.addEventListener("focusout", (event) => { const map = under(event); if (map) point(map, -1); });
    element.addEventListener("click", (event) => {
      const map = under(event);
      if (map) {
        point(map, nearest(map, event.offsetX, event.offsetY));
        if (map.at >= 0) report({ do: "row", row: String(map.points[map.at][3]) });
      }
      const key = found(event, "[data-light]");
      const drawn = key && mapOf(element);
      if (drawn) light(drawn, drawn.light === Number(key.dataset.light) ? null : Number(key.dataset.light));
    });
    element.addEventListener("change", (event) => {
      const list = found(event, "select.pg-light");
      const map = list && mapOf(element);
      if (map) light(map, list.value === "" ? null : Number(list.value));
    });
    element.addEventListener("keydown", (event) => {
      const map = under(event);
      if (!map) return;
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const ringed = rings();
      const stops = map.points.map((dot, index) => index).filter((index) => ringed[map.points[index][3]]);
      const round = stops.length ? stops : map.points.map((_, index) => index);
      if (step) {
        event.preventDefault();
        const now = round.indexOf(map.at);
        point(map, round[(now + step + round.length + (now < 0 && step < 0 ? 1 : 0)) % round.length]);
      } else if (event.key === "Enter" && map.at >= 0) {
        event.preventDefault();
        report({ do: "row", row: String(map.points[map.at][3]) });
      } else if (event.key === "Escape") point(map, -1);
    });
  };
  const light = (map, label) => {
    map.light = label;
    for (const key of map.box.parentElement.querySelectorAll("[data-light]")) key.setAttribute("aria-pressed", String(Number(key.dataset.light) === label));
    const list = map.box.parentElement.querySelector("select.pg-light");
    if (list) list.value = label === null ? "" : String(label);
    paint(map);
  };

  const everyMap = () => { for (const box of document.querySelectorAll(".pg-map")) { const map = mapOf(box.parentElement); if (map) paint(map); } };
  let waiting = false;
  const soon = () => { if (!waiting) { waiting = true; requestAnimationFrame(() => { waiting = false; everyMap(); }); } };
  new ResizeObserver(soon).observe(document.documentElement);
  new MutationObserver(soon).observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
  document.addEventListener("scroll", () => { tip.hidden = true; }, { capture: true, passive: true });

  const acts = (element, trigger, name) => {
    const report = (what) => { if (begin(what.do)) trigger(name, what); };
    element.addEventListener("click", (event) => {
      const button = found(event, "button[data-do]");
      if (button) return button.disabled ? undefined : report(said(button));
      const cell = found(event, "[data-edit]");
      if (cell && !found(event, ".pg-field-in") && !String(getSelection())) edit(cell, report);
      return undefined;
    });
    element.addEventListener("keydown", (event) => {
      const cell = event.target instanceof Element && event.target.matches("[data-edit]") ? event.target : null;
      if (cell && (event.key === "Enter" || event.key === "F2" || event.key === " ")) { event.preventDefault(); edit(cell, report); }
      else if (walk(event)) event.preventDefault();
    });
    onMap(element, report);
    const watch = new ResizeObserver(soon);
    const changed = () => {
      openTable(element);
      if (element.querySelector("#data-steps, .pg-note")) tell(element);
      const canvas = element.querySelector(".pg-map canvas");
      if (canvas) watch.observe(canvas);
      if (canvas || element.querySelector("#data-rings")) soon();
    };
    new MutationObserver(changed).observe(element, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ["data-map", "data-rings", "data-stamp"] });
    changed();
  };
  window.playgroundData = { acts };
})();

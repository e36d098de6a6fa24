"use strict";
// Draws the charts of a memtrace report from the JSON in the page, and makes its tables sort and
// filter. All numbers in tables come with the page; nothing here loads or sends anything.
(() => {
  const report = JSON.parse(document.getElementById("report").textContent);
  const categories = document.body.dataset.categories.split(" ");
  const inner = new Set(categories.filter((id) => id.endsWith("+")).map((id) => id.slice(0, -1)));
  const codes = new Map(categories.map((id, code) => [id.replace("+", ""), code]));
  const codeOf = (id) => codes.get(id) ?? 0;

  // ---------------------------------------------------------------- numbers

  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

  /** The same text as in the tables: two digits, rounded half up; exact below 1 KiB. */
  function bytes(count) {
    const size = Math.abs(count);
    if (size < 1024) return count === 0 ? "0" : `${count} B`;
    let unit = 1;
    while (unit < units.length - 1 && size >= 1024 ** (unit + 1)) unit += 1;
    let hundredths = Math.floor((size / 1024 ** unit) * 100 + 0.5);
    if (hundredths >= 102400 && unit < units.length - 1) [hundredths, unit] = [100, unit + 1];
    return `${count < 0 ? "-" : ""}${(hundredths / 100).toFixed(2)} ${units[unit]}`;
  }

  const signed = (count) => (count > 0 ? "+" : "") + bytes(count);
  const percent = (part, whole) => (whole ? `${((part / whole) * 100).toFixed(1)} %` : "");
  const counted = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

  /** A span in the unit that suits `scale`. */
  function seconds(nanoseconds, scale = nanoseconds) {
    if (scale >= 1e9) return `${(nanoseconds / 1e9).toFixed(scale >= 1e11 ? 0 : 2)} s`;
    if (scale >= 1e6) return `${(nanoseconds / 1e6).toFixed(2)} ms`;
    if (scale >= 1e3) return `${(nanoseconds / 1e3).toFixed(2)} \u00b5s`;
    return `${nanoseconds} ns`;
  }

  // A trace may name a thread or file with marks that turn text around; they are spelt.
  const unsafe = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
  const plain = (text) =>
    String(text).replace(unsafe, (c) => `\\u{${c.codePointAt(0).toString(16)}}`);

  // ---------------------------------------------------------------- elements

  function element(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  function svg(tag, attributes = {}, ...children) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  const text = (x, y, content, style = "", anchor = "start") =>
    svg("text", { x, y, class: style, "text-anchor": anchor }, content);

  function button(label, name, action) {
    const node = element("button", { type: "button", "aria-label": name, title: name }, label);
    node.addEventListener("click", action);
    return node;
  }

  const tip = element("div", { class: "tip", hidden: "" });
  const spoken = element("div", { class: "unseen", "aria-live": "polite" });
  document.body.append(tip, spoken);

  /** Shows lines beside a place of the window; what keys point at is spoken as well. */
  function showTip(x, y, lines, isSpoken = false) {
    tip.textContent = lines.join("\n");
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    const left = x + 14 + box.width > innerWidth ? x - box.width - 14 : x + 14;
    tip.style.left = `${Math.max(4, left)}px`;
    tip.style.top = `${Math.max(4, Math.min(y + 12, innerHeight - box.height - 4))}px`;
    if (isSpoken) spoken.textContent = lines.slice(0, 4).join(", ");
  }

  const hideTip = () => { tip.hidden = true; };

  /** The drawing area of a figure: one picture with the figure's main numbers as its name. */
  function canvas(figure, height) {
    const plot = figure.querySelector(".plot");
    const width = Math.max(240, plot.clientWidth);
    const picture = svg("svg", {
      width, height, viewBox: `0 0 ${width} ${height}`, role: "img", tabindex: 0,
      "aria-label": figure.dataset.label,
    });
    const hadFocus = plot.contains(document.activeElement);
    plot.replaceChildren(picture);
    if (hadFocus) picture.focus({ preventScroll: true });
    return { picture, width, plot };
  }

  /** Keys of a chart, by name; a function that returns false leaves the key to the browser. */
  function keys(picture, actions) {
    picture.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const action = actions[event.key];
      if (action && action(event) !== false) event.preventDefault();
    });
    picture.addEventListener("blur", hideTip);
  }

  const place = (picture, x, y) => {
    const box = picture.getBoundingClientRect();
    return [box.left + x, box.top + y];
  };

  /** Draws now, and again when the width changes. */
  function follow(figure, draw) {
    let width = 0;
    const redraw = () => {
      const now = figure.clientWidth;
      if (now === 0 || now === width) return;
      width = now;
      draw();
    };
    redraw();
    new ResizeObserver(() => requestAnimationFrame(redraw)).observe(figure);
  }

  function legend(figure, items) {
    const list = element("ul", { class: "legend" });
    for (const [style, label] of items) {
      const swatch = svg("svg", { viewBox: "0 0 14 14", "aria-hidden": "true" },
        svg("rect", { class: style, width: 14, height: 14 }));
      list.append(element("li", {}, swatch, label));
    }
    figure.append(list);
  }

  const tools = (figure, ...nodes) => figure.prepend(element("div", { class: "tools" }, ...nodes));
  const hint = (figure, words) => figure.append(element("p", { class: "hint" }, words));

  // ---------------------------------------------------------------- the timeline

  function timeline(figure) {
    const trace = report.traces[figure.dataset.index];
    const buckets = trace.timeline.buckets;
    const count = buckets.length;
    const hasTime = buckets[0].startNanoseconds !== null;
    const zero = hasTime ? buckets[0].startNanoseconds : 0;
    const long = hasTime ? Math.max(1, buckets[count - 1].endNanoseconds - zero) : 0;
    const peakAt = buckets.reduce((best, b, i) => (b.peakBytes > buckets[best].peakBytes ? i : best), 0);
    const sums = buckets.map((bucket) => {
      const parts = new Map((bucket.rows ?? []).filter((row) => "category" in row)
        .map((row) => [row.category, row.bytes]));
      let sum = 0;
      for (const value of parts.values()) sum += value;
      if (sum > bucket.peakBytes) for (const id of inner) parts.delete(id);
      return parts;
    });
    const largest = new Map();
    for (const parts of sums) {
      for (const [id, value] of parts) largest.set(id, Math.max(largest.get(id) ?? 0, value));
    }
    const names = [...largest.keys()].filter((id) => largest.get(id) > 0)
      .sort((a, b) => largest.get(b) - largest.get(a) || codeOf(a) - codeOf(b));
    const marks = trace.marks.map((mark) => ({ ...mark, at: indexOf(mark.timeNanoseconds) }));

    /** Where a time lies among the buckets. */
    function indexOf(time) {
      if (!hasTime) return peakAt + 0.5;
      let [low, high] = [0, count - 1];
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (buckets[middle].startNanoseconds <= time) low = middle; else high = middle - 1;
      }
      const span = buckets[low].endNanoseconds - buckets[low].startNanoseconds;
      const part = span > 0 ? (time - buckets[low].startNanoseconds) / span : 0.5;
      return low + Math.min(0.999, Math.max(0, part));
    }

    let [from, to, cursor] = [0, count, null];
    const left = 72, top = 34, height = 300, bottom = 26;

    function draw() {
      const { picture, width } = canvas(figure, height);
      const inside = width - left - 8;
      const deep = height - top - bottom;
      const columns = Math.max(1, Math.min(Math.ceil(to) - Math.floor(from), Math.floor(inside)));
      const x = (index) => left + ((index - from) / (to - from)) * inside;
      // Buckets in one column are merged by the largest total, so that no peak gets lost.
      const shown = [];
      for (let column = 0; column < columns; column += 1) {
        const first = Math.floor(from + ((to - from) * column) / columns);
        const end = Math.min(count, Math.max(first + 1, Math.floor(from + ((to - from) * (column + 1)) / columns)));
        let best = first;
        for (let i = first; i < end; i += 1) if (buckets[i].peakBytes > buckets[best].peakBytes) best = i;
        shown.push(best);
      }
      const most = Math.max(1, ...shown.map((i) => buckets[i].peakBytes));
      const y = (value) => top + deep - (value / most) * deep;

      for (const part of [0, 0.5, 1]) {
        picture.append(svg("path", { class: "axis", d: `M${left} ${y(most * part)}H${width - 8}` }),
          text(left - 6, y(most * part) + 4, bytes(Math.round(most * part)), "soft", "end"));
      }
      const edge = (values, style) => {
        let path = `M${left} ${y(0)}`;
        values.forEach((value, column) => {
          path += `H${(left + (column * inside) / columns).toFixed(1)}V${y(value).toFixed(1)}`;
        });
        picture.append(svg("path", { class: style, d: `${path}H${left + inside}V${y(0)}Z` }));
      };
      edge(shown.map((i) => buckets[i].peakBytes), "rest");
      const height0 = shown.map(() => 0);
      const layers = names.map((id) => {
        shown.forEach((i, column) => { height0[column] += sums[i].get(id) ?? 0; });
        return [[...height0], `f${codeOf(id)}`];
      });
      for (const [values, style] of layers.reverse()) edge(values, style);

      const ticks = Math.max(2, Math.min(6, Math.floor(inside / 130)));
      for (let tick = 0; tick <= ticks; tick += 1) {
        const index = from + ((to - from) * tick) / ticks;
        const anchor = tick === 0 ? "start" : tick === ticks ? "end" : "middle";
        picture.append(text(x(index), height - 8, when(index), "soft", anchor));
      }
      for (const mark of marks) {
        if (mark.at < from || mark.at > to) continue;
        const at = x(mark.at);
        const shape = {
          peak: () => svg("path", { class: "peak", d: `M${at} 16V${top + deep}` }),
          grow: () => svg("path", { class: "grow", d: `M${at - 4} ${top - 2}h8l-4 -8z` }),
          failure: () => svg("path", { class: "fail", d: `M${at - 4} ${top - 10}l8 8m0 -8l-8 8M${at} ${top}V${top + deep}` }),
          mark: () => svg("path", { class: "mark", d: `M${at - 4} ${top - 6}l4 -4l4 4l-4 4z` }),
        }[mark.kind];
        if (shape) picture.append(shape());
        if (mark.kind === "peak") {
          const anchor = at > width - 140 ? "end" : "start";
          picture.append(text(at + (anchor === "end" ? -4 : 4), 14,
            `peak ${bytes(trace.peak.peakBytes)}`, "bold", anchor));
        }
      }
      if (cursor !== null) {
        picture.append(svg("path", { class: "cursor", d: `M${x(cursor + 0.5)} ${top}V${top + deep}` }));
      }
      picture.dataset.from = from;
      picture.dataset.to = to;

      const indexAt = (event) => {
        const at = event.clientX - picture.getBoundingClientRect().left;
        return from + (Math.min(inside, Math.max(0, at - left)) / inside) * (to - from);
      };
      const bucketAt = (index) => shown[Math.min(columns - 1, Math.floor(((index - from) / (to - from)) * columns))];
      let began = null;
      let brush = null;
      picture.addEventListener("pointerdown", (event) => {
        if (event.button !== 0 || event.pointerType === "touch") return;
        began = indexAt(event);
        brush = svg("rect", { class: "brush", y: top, height: deep, width: 0 });
        picture.append(brush);
        picture.setPointerCapture(event.pointerId);
      });
      picture.addEventListener("pointermove", (event) => {
        const at = indexAt(event);
        if (brush) {
          brush.setAttribute("x", x(Math.min(began, at)));
          brush.setAttribute("width", Math.abs(x(began) - x(at)));
        }
        showTip(event.clientX, event.clientY, lines(bucketAt(at), (to - from) / columns));
      });
      picture.addEventListener("pointerleave", hideTip);
      picture.addEventListener("pointerup", (event) => {
        if (!brush) return;
        brush.remove();
        brush = null;
        const at = indexAt(event);
        if (Math.abs(x(began) - x(at)) > 5) zoom(Math.min(began, at), Math.max(began, at));
      });
      picture.addEventListener("dblclick", () => zoom(0, count));
      const move = (event, step) => {
        const width = Math.max(1, Math.round((to - from) / columns)) * (event.shiftKey ? 20 : 1);
        cursor = Math.max(0, Math.min(count - 1, (cursor ?? (step > 0 ? Math.floor(from) - 1 : Math.ceil(to))) + step * width));
        point();
      };
      keys(picture, {
        "+": () => scale(0.5), "=": () => scale(0.5), "-": () => scale(2), "_": () => scale(2),
        "0": () => zoom(0, count), ArrowLeft: (e) => move(e, -1), ArrowRight: (e) => move(e, 1),
        Home: () => { cursor = 0; point(); }, End: () => { cursor = count - 1; point(); },
        Escape: () => { cursor = null; hideTip(); draw(); },
      });
      if (cursor !== null && document.activeElement === picture) {
        const [px, py] = place(picture, x(cursor + 0.5), top);
        showTip(px, py, lines(cursor, 1), true);
      }
    }

    function when(index) {
      if (!hasTime) return `dump ${Math.min(count - 1, Math.floor(index))}`;
      const whole = Math.min(count - 1, Math.floor(index));
      const { startNanoseconds: start, endNanoseconds: end } = buckets[whole];
      return seconds(Math.round(start + (index - whole) * (end - start) - zero), long);
    }

    function lines(index, width) {
      const bucket = buckets[index];
      const result = [`${when(index)}: peak ${bytes(bucket.peakBytes)}`];
      for (const id of names) {
        const value = sums[index].get(id) ?? 0;
        if (value > 0) result.push(`${bytes(value)}  ${id}`);
      }
      const near = marks.filter((m) => m.at >= index - width && m.at <= index + width + 1);
      for (const mark of near.slice(0, 4)) {
        result.push(`${mark.kind} ${mark.bytes === null ? "" : bytes(mark.bytes)} ${plain(mark.label)}`);
      }
      return result;
    }

    /** Brings the cursor into view. */
    function point() {
      if (cursor < from || cursor + 1 > to) {
        const width = to - from;
        from = Math.max(0, Math.min(count - width, cursor - width / 2));
        to = from + width;
      }
      draw();
    }

    function scale(factor) {
      const middle = cursor === null ? (from + to) / 2 : cursor + 0.5;
      const width = (to - from) * factor;
      zoom(middle - width / 2, middle + width / 2);
    }

    function zoom(start, end) {
      const width = Math.min(count, Math.max(Math.min(4, count), end - start));
      from = Math.max(0, Math.min(count - width, start));
      to = from + width;
      draw();
      spoken.textContent = `from ${when(from)} to ${when(to)}`;
    }

    tools(figure, button("+", "Zoom in", () => scale(0.5)), button("\u2212", "Zoom out", () => scale(2)),
      button("0", "Show all of the time", () => zoom(0, count)));
    legend(figure, names.map((id) => [`f${codeOf(id)}`, `${id} ${bytes(sums[peakAt].get(id) ?? 0)}`]));
    const signs = { grow: "\u25b2", failure: "\u2715", mark: "\u25c6" };
    const known = Object.entries(signs).map(([kind, sign]) => {
      const number = marks.filter((m) => m.kind === kind).length + (trace.marksLeftOut[kind] ?? 0);
      return number > 0 ? `${sign} ${counted(number, kind)}` : null;
    }).filter(Boolean);
    hint(figure, `${known.length ? `${known.join("  ")}. ` : ""}The legend has bytes at the peak. ` +
      "Drag to zoom; keys: + and - zoom, arrows move, 0 shows all.");
    follow(figure, draw);
  }

  // ---------------------------------------------------------------- call stacks

  /** A frame without the module's offset, which tells nobody anything. */
  const readable = (frame) => plain(frame).replace(/ in \S*\+0x[0-9a-f]+$/, "") || "(nameless)";

  function sites(figure) {
    const data = report.traces[figure.dataset.index].sites;
    const root = node(`all at ${data.at}`, null);

    function node(name, parent) {
      return { name, parent, bytes: 0, blocks: 0, depth: parent ? parent.depth + 1 : 0,
        children: new Map(), shares: new Map() };
    }

    function add(target, site) {
      target.bytes += site.bytes;
      target.blocks += site.blockCount;
      target.shares.set(site.category, (target.shares.get(site.category) ?? 0) + site.bytes);
    }

    function child(parent, name) {
      let found = parent.children.get(name);
      if (!found) parent.children.set(name, found = node(name, parent));
      return found;
    }

    for (const site of data.sites) {
      if (site.bytes <= 0) continue;
      const frames = site.frames.length ? site.frames.map(readable).reverse()
        : ["(no call stack)", site.category];
      let at = root;
      add(at, site);
      for (const name of frames) add(at = child(at, name), site);
    }
    if (data.restBytes > 0) {
      const rest = { bytes: data.restBytes, blockCount: data.restBlockCount, category: "unattributed" };
      add(root, rest);
      add(child(root, `(${counted(data.restCount, "smaller site")})`), rest);
    }
    const styled = (item) => {
      let best = "unattributed";
      for (const [id, value] of item.shares) if (value > (item.shares.get(best) ?? -1)) best = id;
      return `k${codeOf(best)}`;
    };
    const lineage = (item) => (item.parent ? [...lineage(item.parent), item] : [item]);

    const row = 20;
    const back = [];
    let [top, cursor, wanted, drawn] = [root, null, "", []];

    function draw() {
      const plot = figure.querySelector(".plot");
      const width = Math.max(240, plot.clientWidth);
      const boxes = lineage(top).map((item) => ({ item, x: 0, w: width }));
      const place = (item, x, w) => {
        let at = x;
        for (const next of [...item.children.values()].sort((a, b) => b.bytes - a.bytes)) {
          const part = (next.bytes / item.bytes) * w;
          if (part < 1) break;
          boxes.push({ item: next, x: at, w: part });
          place(next, at, part);
          at += part;
        }
      };
      place(top, 0, width);
      const deep = Math.max(...boxes.map((box) => box.item.depth)) + 1;
      const scrolled = plot.scrollTop;
      const { picture } = canvas(figure, deep * row + 2);
      plot.scrollTop = scrolled;
      drawn = boxes;
      for (const box of boxes) {
        const { item } = box;
        const group = svg("g", { class: `frame${item.depth < top.depth ? " up" : ""}` },
          svg("rect", { class: styled(item), x: box.x, y: item.depth * row, width: box.w, height: row }));
        const room = Math.floor((box.w - 8) / 6.7);
        if (room >= 4) {
          const name = item.name.length > room ? `${item.name.slice(0, room - 1)}\u2026` : item.name;
          group.append(text(box.x + 4, item.depth * row + 14, name));
        }
        group.addEventListener("click", () => open(item));
        group.addEventListener("pointermove", (event) => showTip(event.clientX, event.clientY, lines(item)));
        box.group = group;
        picture.append(group);
      }
      picture.addEventListener("pointerleave", hideTip);
      picture.dataset.root = top.name;
      paint();
      keys(picture, {
        ArrowDown: () => step((b, c) => b.item.parent === c.item),
        ArrowUp: () => step((b, c) => b.item === c.item.parent),
        ArrowRight: () => step((b, c) => b.item.depth === c.item.depth && b.x > c.x),
        ArrowLeft: () => step((b, c) => b.item.depth === c.item.depth && b.x < c.x, true),
        Enter: () => open(cursor ?? top),
        Escape: () => { if (back.length === 0) return false; top = back.pop(); cursor = top; draw(); speak(); },
      });
    }

    /** Marks what was searched for and what the keys point at. */
    function paint() {
      const needle = wanted.toLowerCase();
      for (const { item, group } of drawn) {
        group.classList.toggle("hit", needle !== "" && item.name.toLowerCase().includes(needle));
        group.classList.toggle("at", item === cursor);
      }
    }

    function step(isNext, fromEnd = false) {
      const current = drawn.find((box) => box.item === cursor);
      if (!current) cursor = top;
      else {
        const found = drawn.filter((box) => isNext(box, current)).sort((a, b) => a.x - b.x);
        const next = fromEnd ? found.at(-1) : found[0];
        if (!next) return;
        cursor = next.item;
      }
      paint();
      speak();
    }

    function speak() {
      const box = drawn.find((candidate) => candidate.item === cursor);
      if (!box) return;
      box.group.scrollIntoView({ block: "nearest" });
      const [x, y] = place(box.group.ownerSVGElement, box.x, (box.item.depth + 1) * row);
      showTip(x, y, lines(cursor), true);
    }

    function lines(item) {
      const result = [item.name, `${bytes(item.bytes)}, ${percent(item.bytes, root.bytes)} of all, ${counted(item.blocks, "block")}`];
      for (const [id, value] of [...item.shares].sort((a, b) => b[1] - a[1]).slice(0, 4)) {
        result.push(`${bytes(value)}  ${id}`);
      }
      return result;
    }

    function open(item) {
      if (item === top) return;
      back.push(top);
      top = cursor = item;
      hideTip();
      draw();
      spoken.textContent = `showing ${item.name}, ${bytes(item.bytes)}`;
    }

    /** Each byte once: a frame inside a frame that matches adds nothing. */
    function found(item, needle) {
      if (item.name.toLowerCase().includes(needle)) return [item.bytes, 1];
      let [sum, number] = [0, 0];
      for (const next of item.children.values()) {
        const [more, frames] = found(next, needle);
        sum += more;
        number += frames;
      }
      return [sum, number];
    }

    const search = element("input", { type: "search", placeholder: "search functions", "aria-label": "search functions in the call stacks" });
    const answer = element("output", { "aria-live": "polite" });
    search.addEventListener("input", () => {
      wanted = search.value.trim();
      paint();
      const [sum, number] = wanted ? found(root, wanted.toLowerCase()) : [0, 0];
      answer.textContent = wanted
        ? `${counted(number, "frame")} with ${bytes(sum)} (${percent(sum, root.bytes)})` : "";
    });
    tools(figure, search, answer,
      button("back", "Back to the frame before", () => { if (back.length) { top = back.pop(); draw(); } }),
      button("all", "Show all call stacks", () => { back.length = 0; top = root; draw(); }));
    const ids = [...root.shares].sort((a, b) => b[1] - a[1]);
    legend(figure, ids.slice(0, 10).map(([id, value]) => [`k${codeOf(id)}`, `${id} ${bytes(value)}`]));
    hint(figure, "The first function is at the top, the one that asked is at the bottom. Click or Enter opens a frame, Escape goes back, arrows move.");
    figure.querySelector(".plot").classList.add("tall");
    follow(figure, draw);
  }

  // ---------------------------------------------------------------- bars

  /** Rows of up to two bars below their names; `relative` rows have a scale of their own each. */
  function bars(figure, rows, relative = false) {
    figure.classList.add("bars");
    const limit = 24;
    const shown = rows.slice(0, limit);
    let cursor = null;
    const step = 42;

    function draw() {
      const { picture, width } = canvas(figure, shown.length * step + 4);
      const inside = width - 2;
      const most = Math.max(1, ...rows.map(extent));
      shown.forEach((row, index) => {
        const top = index * step;
        const scale = (value) => (Math.max(0, value) / (relative ? Math.max(1, extent(row)) : most)) * inside;
        const group = svg("g");
        const right = text(width, top + 13, row.value, row.isOver ? "bad" : "soft", "end");
        const room = Math.floor((width - row.value.length * 7 - 20) / 6.9);
        const name = row.name.length > room ? `${row.name.slice(0, room - 1)}\u2026` : row.name;
        group.append(text(0, top + 13, name, "bold"), right,
          svg("rect", { class: "bar-back", x: 0, y: top + 18, width: inside, height: 16 }));
        if (row.first !== null) {
          group.append(svg("rect", { class: "expected", x: 0.5, y: top + 18.5, width: scale(row.first), height: row.second === null ? 15 : 7 }));
        }
        if (row.second !== null) {
          const half = row.first === null ? 0 : 8;
          group.append(svg("rect", { class: row.isOver ? "over" : row.style ?? "measured", x: 0, y: top + 18 + half, width: scale(row.second), height: 16 - half }));
        }
        if (row.range !== null) {
          const [low, high] = row.range.map(scale);
          group.append(svg("path", { class: "range", d: `M${low} ${top + 22}H${high}M${high} ${top + 18}v8` }));
        }
        if (row.limit !== null) {
          const at = Math.min(inside - 1, scale(row.limit));
          group.append(svg("path", { class: "limit", d: `M${at} ${top + 15}v22` }));
        }
        if (index === cursor) group.append(svg("rect", { class: "cursor", x: 0.5, y: top + 0.5, width: inside, height: step - 5 }));
        group.addEventListener("pointermove", (event) => showTip(event.clientX, event.clientY, row.lines));
        picture.append(group);
      });
      picture.addEventListener("pointerleave", hideTip);
      const move = (change) => {
        cursor = Math.max(0, Math.min(shown.length - 1, cursor === null ? 0 : cursor + change));
        draw();
        const now = figure.querySelector(".plot svg");
        const [x, y] = place(now, 20, (cursor + 1) * step);
        showTip(x, y, shown[cursor].lines, true);
      };
      keys(picture, {
        ArrowDown: () => move(1), ArrowUp: () => move(-1), Escape: () => { cursor = null; hideTip(); draw(); },
      });
    }

    const extent = (row) => Math.max(row.first ?? 0, row.second ?? 0, row.limit ?? 0, ...(row.range ?? []));
    if (rows.length > limit) hint(figure, `${rows.length - limit} more in the table`);
    follow(figure, draw);
  }

  function threads(figure) {
    const list = report.traces[figure.dataset.index].threads.threads;
    bars(figure, list.map((thread) => ({
      name: [plain(thread.thread), thread.name && plain(thread.name), thread.role].filter(Boolean).join(", "),
      value: `${bytes(thread.atPeakBytes)} at the peak`,
      first: thread.peakBytes, second: thread.atPeakBytes, range: null, limit: null, isOver: false,
      lines: [`thread ${plain(thread.thread)}`, `at the peak ${bytes(thread.atPeakBytes)}`,
        `own peak ${bytes(thread.peakBytes)}`, `at the end ${bytes(thread.atEndBytes)}`,
        counted(thread.allocationCount, "allocation")],
    })));
    legend(figure, [["expected", "own peak"], ["measured", "at the trace's peak"]]);
  }

  /** One row of an estimate against what was measured. */
  function expectation(name, expected, most, measured, isOver, isUnbounded) {
    const delta = expected === null || measured === null ? "" : ` (${signed(measured - expected)})`;
    return {
      name, value: `${measured === null ? "not measured" : bytes(measured)}${delta}`,
      first: expected, second: measured, limit: null, isOver,
      range: expected !== null && most !== null && most > expected ? [expected, most] : null,
      lines: [name, `estimate ${expected === null ? "-" : bytes(expected)}`,
        `at most ${most === null ? (isUnbounded ? "unbounded" : "-") : bytes(most)}`,
        `measured ${measured === null ? "-" : bytes(measured)}`],
    };
  }

  const expectationLegend = (figure, names) => legend(figure,
    [["expected", names[0]], ["measured", names[1]], ["over", `${names[1]}, above what is allowed`]]);

  function diff(figure) {
    const { rows, left, right } = report.traces[figure.dataset.index].diff;
    bars(figure, rows.filter((row) => (row.leftBytes ?? 0) !== 0 || (row.rightBytes ?? 0) !== 0)
      .map((row) => expectation(row.category + (row.container ? `, of which in ${row.container}` : ""),
        row.leftBytes, row.allowedBytes, row.rightBytes, row.verdict === "over",
        row.leftBytes !== null && row.rightBytes !== null)));
    expectationLegend(figure, [plain(left.name), plain(right.name)]);
  }

  function estimates(figure) {
    const { rows } = report.estimates[figure.dataset.index];
    bars(figure, rows.map((row) => expectation(row.category + (row.container ? `, of which in ${row.container}` : ""),
      row.estimateBytes, row.maxBytes, row.measuredBytes,
      row.maxBytes !== null && row.measuredBytes > row.maxBytes, true)));
    expectationLegend(figure, ["estimate, with the range up to its maximum", "measured"]);
  }

  function budgets(figure) {
    bars(figure, report.budgets.map((use) => ({
      name: `${plain(use.subject)}${use.bound === "growth" ? " growth" : ""} of ${plain(use.key)}`,
      value: use.leftBytes < 0 ? `${bytes(-use.leftBytes)} over` : `${bytes(use.leftBytes)} left`,
      first: null, second: use.bytes, limit: use.limitBytes, range: null, isOver: use.verdict === "over",
      lines: [`${plain(use.subject)}, ${use.bound}`, `${bytes(use.bytes)} of ${bytes(use.limitBytes)}`, use.verdict],
    })), true);
    legend(figure, [["measured", "used"], ["over", "over the limit"]]);
    hint(figure, "The upright line is the limit; every bar has a scale of its own.");
  }

  // ---------------------------------------------------------------- series

  function series(figure) {
    const chart = report.charts[figure.dataset.index];
    const points = chart.points.map((point) => ({ ...point, at: Date.parse(point.time) }));
    const spikes = new Set(chart.spikes);
    if (points.length === 0) return;
    const all = [...points, ...chart.levels].map((item) => item.bytes);
    const [low, high] = [Math.min(...all), Math.max(...all)];
    const pad = (high - low || Math.max(1, high * 0.1)) * 0.12;
    const first = points[0].at;
    const span = points[points.length - 1].at - first;
    const [left, top, height, bottom] = [76, 22, 190, 24];
    let cursor = null;
    const levelOf = (index) => chart.levels.find((level) => level.first <= index && index <= level.last);

    function draw() {
      const { picture, width } = canvas(figure, height);
      const inside = width - left - 12;
      const deep = height - top - bottom;
      const x = (index) => left + (span > 0 ? (points[index].at - first) / span : index / Math.max(1, points.length - 1)) * inside;
      const y = (value) => top + deep - ((value - low + pad) / (high - low + 2 * pad)) * deep;
      const labels = high === low ? [high] : [low, high];
      for (const value of labels) {
        picture.append(svg("path", { class: "axis", d: `M${left} ${y(value)}H${width - 12}` }),
          text(left - 6, y(value) + 4, bytes(value), "soft", "end"));
      }
      picture.append(text(left, height - 6, points[0].time.slice(0, 10), "soft"),
        text(width - 12, height - 6, points[points.length - 1].time.slice(0, 10), "soft", "end"),
        svg("polyline", { class: "line", points: points.map((p, i) => `${x(i).toFixed(1)},${y(p.bytes).toFixed(1)}`).join(" ") }));
      let path = "";
      chart.levels.forEach((level, index) => {
        if (!points[level.first] || !points[level.last]) return;
        path += path ? `H${x(level.first)}V${y(level.bytes)}` : `M${x(level.first)} ${y(level.bytes)}`;
        path += `H${x(level.last)}`;
        if (index === 0) return;
        const change = level.bytes - chart.levels[index - 1].bytes;
        const at = x(level.first);
        const anchor = at > left + inside / 2 ? "end" : "start";
        picture.append(svg("path", { class: change > 0 ? "step" : "better-step", d: `M${at} ${top - 6}V${top + deep}` }),
          text(at + (anchor === "end" ? -5 : 5), 12, `${points[level.first].time.slice(0, 10)}  ${signed(change)}`, change > 0 ? "bad" : "bold", anchor));
      });
      picture.append(svg("path", { class: "level", d: path || "M0 0" }));
      points.forEach((point, index) => {
        picture.append(svg("circle", { class: "dot", cx: x(index), cy: y(point.bytes), r: 2.5 }));
        if (spikes.has(index)) picture.append(svg("circle", { class: "spike", cx: x(index), cy: y(point.bytes), r: 6 }));
      });
      if (cursor !== null) picture.append(svg("circle", { class: "cursor", cx: x(cursor), cy: y(points[cursor].bytes), r: 8 }));
      const lines = (index) => {
        const level = levelOf(index);
        return [`${points[index].time.slice(0, 16).replace("T", " ")} UTC`, `${bytes(points[index].bytes)}${spikes.has(index) ? ", a spike" : ""}`,
          level ? `level ${bytes(level.bytes)}` : "no level"];
      };
      picture.addEventListener("pointermove", (event) => {
        const at = event.clientX - picture.getBoundingClientRect().left;
        const near = points.reduce((best, _, i) => (Math.abs(x(i) - at) < Math.abs(x(best) - at) ? i : best), 0);
        showTip(event.clientX, event.clientY, lines(near));
      });
      picture.addEventListener("pointerleave", hideTip);
      const move = (to) => {
        cursor = Math.max(0, Math.min(points.length - 1, to));
        draw();
        const now = figure.querySelector(".plot svg");
        const [px, py] = place(now, x(cursor), y(points[cursor].bytes));
        showTip(px, py, lines(cursor), true);
      };
      keys(picture, {
        ArrowLeft: () => move((cursor ?? points.length) - 1), ArrowRight: () => move((cursor ?? -1) + 1),
        Home: () => move(0), End: () => move(points.length - 1),
        Escape: () => { cursor = null; hideTip(); draw(); },
      });
    }
    follow(figure, draw);
  }

  // ---------------------------------------------------------------- tables

  const collator = new Intl.Collator("en", { numeric: true });

  function enhance(table) {
    const body = table.tBodies[0];
    const original = [...body.rows];
    if (original.length < 2) return;
    const limit = 200;
    let [order, isAll, needle] = [original, false, ""];
    const status = element("output", { "aria-live": "polite" });
    const more = button("", "", () => { isAll = true; update(); });
    const filter = element("input", { type: "search", placeholder: "filter rows", "aria-label": `filter rows of ${table.closest(".scroll").getAttribute("aria-label")}` });
    filter.addEventListener("input", () => { needle = filter.value.trim().toLowerCase(); update(); });
    const needsFilter = original.length > 5 || table.closest(".twin");
    table.closest(".scroll").before(
      element("div", { class: "tools" }, ...(needsFilter ? [filter] : []), status, more));

    function update() {
      const found = needle ? order.filter((row) => row.textContent.toLowerCase().includes(needle)) : order;
      const shown = new Set(isAll ? found : found.slice(0, limit));
      for (const row of order) row.hidden = !shown.has(row);
      const hidden = found.length - shown.size;
      more.hidden = hidden === 0;
      more.textContent = `show all ${found.length} rows`;
      more.setAttribute("aria-label", more.textContent);
      more.title = more.textContent;
      status.textContent = needle || hidden ? `${shown.size} of ${original.length} rows` : "";
    }

    function sort(head, column) {
      const isNumber = original.some((row) => row.cells[column]?.dataset.value !== undefined);
      const now = head.getAttribute("aria-sort");
      const first = isNumber ? "descending" : "ascending";
      const second = isNumber ? "ascending" : "descending";
      const next = now === first ? second : now === second ? null : first;
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      if (next === null) order = original;
      else {
        head.setAttribute("aria-sort", next);
        const sign = next === "ascending" ? 1 : -1;
        order = [...original].sort((a, b) => sign * compare(a.cells[column], b.cells[column], sign, isNumber));
      }
      body.append(...order);
      update();
    }

    /** Cells without a number come last, whichever way. */
    function compare(a, b, sign, isNumber) {
      if (!isNumber) return collator.compare(a?.textContent ?? "", b?.textContent ?? "");
      const [left, right] = [a?.dataset.value, b?.dataset.value];
      if (left === undefined || right === undefined) {
        return sign * ((left === undefined ? 1 : 0) - (right === undefined ? 1 : 0));
      }
      return Number(left) - Number(right);
    }

    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const control = element("button", { type: "button", class: "sort" }, head.textContent);
      control.addEventListener("click", () => sort(head, column));
      head.replaceChildren(control);
    });
    update();
  }

  // ---------------------------------------------------------------- the page

  document.addEventListener("mouseover", (event) => {
    const cell = event.target.closest?.("td[data-value]");
    if (cell && !cell.title) cell.title = cell.dataset.value;
  });

  /** Opens what holds the part that a link leads to. */
  function reveal() {
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (!target) return;
    for (const details of target.querySelectorAll(".fold")) details.open = true;
  }
  addEventListener("hashchange", reveal);
  reveal();

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    for (const details of closed) details.open = true;
  });
  addEventListener("afterprint", () => { for (const details of closed) details.open = false; });

  for (const table of document.querySelectorAll("table")) enhance(table);
  const charts = { timeline, sites, threads, diff, estimates, budgets, series };
  for (const figure of document.querySelectorAll("figure[data-chart]")) {
    try {
      charts[figure.dataset.chart](figure);
    } catch (problem) {
      // The table beside it and the still picture stand; the page goes on.
      console.error(figure.dataset.chart, problem);
    }
  }
})();

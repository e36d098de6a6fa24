// Memory over time by category, with marks, to zoom into.

function timeline(figure) {
  const trace = report.traces[figure.dataset.index];
  const buckets = trace.timeline.buckets;
  const count = buckets.length;
  const hasTime = buckets[0].startNanoseconds !== null;
  const zero = hasTime ? buckets[0].startNanoseconds : 0;
  const long = hasTime ? Math.max(1, buckets[count - 1].endNanoseconds - zero) : 0;
  const larger = (best, index) =>
    (buckets[index].peakBytes > buckets[best].peakBytes ? index : best);
  const peakAt = buckets.reduce((best, _, index) => larger(best, index), 0);
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
      const next = Math.floor(from + ((to - from) * (column + 1)) / columns);
      const end = Math.min(count, Math.max(first + 1, next));
      let best = first;
      for (let i = first; i < end; i += 1) best = larger(best, i);
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
        failure: () => svg("path", {
          class: "fail",
          d: `M${at - 4} ${top - 10}l8 8m0 -8l-8 8M${at} ${top}V${top + deep}`,
        }),
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
      const path = `M${x(cursor + 0.5)} ${top}V${top + deep}`;
      picture.append(svg("path", { class: "cursor", d: path }));
    }
    picture.dataset.from = from;
    picture.dataset.to = to;

    const indexAt = (event) => {
      const at = event.clientX - picture.getBoundingClientRect().left;
      return from + (Math.min(inside, Math.max(0, at - left)) / inside) * (to - from);
    };
    const bucketAt = (index) => {
      const column = Math.floor(((index - from) / (to - from)) * columns);
      return shown[Math.min(columns - 1, column)];
    };
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
    });
    hover(picture, (event) => lines(bucketAt(indexAt(event)), (to - from) / columns));
    leave(picture);
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
      const start = cursor ?? (step > 0 ? Math.floor(from) - 1 : Math.ceil(to));
      cursor = Math.max(0, Math.min(count - 1, start + step * width));
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
      const size = mark.bytes === null ? "" : bytes(mark.bytes);
      result.push(`${mark.kind} ${size} ${plain(mark.label)}`);
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

  tools(figure, button("+", "Zoom in", () => scale(0.5)),
    button("\u2212", "Zoom out", () => scale(2)),
    button("all", "Show all of the time", () => zoom(0, count)));
  legend(figure, names.map(
    (id) => [`f${codeOf(id)}`, `${id} ${bytes(sums[peakAt].get(id) ?? 0)}`]));
  const signs = { grow: "\u25b2", failure: "\u2715", mark: "\u25c6" };
  const known = Object.entries(signs).map(([kind, sign]) => {
    const number = marks.filter((m) => m.kind === kind).length + (trace.marksLeftOut[kind] ?? 0);
    return number > 0 ? `${sign} ${counted(number, kind)}` : null;
  }).filter(Boolean);
  hint(figure, `${known.length ? `${known.join("  ")}. ` : ""}The legend has bytes at the peak. ` +
    "Drag to zoom; keys: + and - zoom, arrows move, 0 shows all.");
  follow(figure, draw);
}

// The last runs of a series, with its levels and spikes.

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
  const levelOf = (index) =>
    chart.levels.find((level) => level.first <= index && index <= level.last);

  function draw() {
    const { picture, width } = canvas(figure, height);
    const inside = width - left - 12;
    const deep = height - top - bottom;
    // By time, so that missing nights show as gaps; by number where all are of one moment.
    const share = (index) => (span > 0
      ? (points[index].at - first) / span : index / Math.max(1, points.length - 1));
    const x = (index) => left + share(index) * inside;
    const y = (value) => top + deep - ((value - low + pad) / (high - low + 2 * pad)) * deep;
    const labels = high === low ? [high] : [low, high];
    for (const value of labels) {
      picture.append(svg("path", { class: "axis", d: `M${left} ${y(value)}H${width - 12}` }),
        text(left - 6, y(value) + 4, bytes(value), "soft", "end"));
    }
    const line = points
      .map((point, index) => `${x(index).toFixed(1)},${y(point.bytes).toFixed(1)}`).join(" ");
    const ring = (style, index, r) =>
      svg("circle", { class: style, cx: x(index), cy: y(points[index].bytes), r });
    picture.append(text(left, height - 6, points[0].time.slice(0, 10), "soft"),
      text(width - 12, height - 6, points[points.length - 1].time.slice(0, 10), "soft", "end"),
      svg("polyline", { class: "line", points: line }));
    let path = "";
    chart.levels.forEach((level, index) => {
      if (!points[level.first] || !points[level.last]) return;
      const at = x(level.first);
      path += path ? `H${at}V${y(level.bytes)}` : `M${at} ${y(level.bytes)}`;
      path += `H${x(level.last)}`;
      if (index === 0) return;
      const change = level.bytes - chart.levels[index - 1].bytes;
      const anchor = at > left + inside / 2 ? "end" : "start";
      const style = change > 0 ? ["step", "bad"] : ["better-step", "bold"];
      const label = `${points[level.first].time.slice(0, 10)}  ${signed(change)}`;
      picture.append(svg("path", { class: style[0], d: `M${at} ${top - 6}V${top + deep}` }),
        text(at + (anchor === "end" ? -5 : 5), 12, label, style[1], anchor));
    });
    picture.append(svg("path", { class: "level", d: path || "M0 0" }));
    points.forEach((point, index) => {
      picture.append(svg("circle", { class: "dot", cx: x(index), cy: y(point.bytes), r: 2.5 }));
      if (spikes.has(index)) picture.append(ring("spike", index, 6));
    });
    if (cursor !== null) picture.append(ring("cursor", cursor, 8));
    const lines = (index) => {
      const level = levelOf(index);
      return [
        `${points[index].time.slice(0, 16).replace("T", " ")} UTC`,
        `${bytes(points[index].bytes)}${spikes.has(index) ? ", a spike" : ""}`,
        level ? `level ${bytes(level.bytes)}` : "no level",
      ];
    };
    hover(picture, (event) => {
      const at = event.clientX - picture.getBoundingClientRect().left;
      const near = points.reduce(
        (best, _, i) => (Math.abs(x(i) - at) < Math.abs(x(best) - at) ? i : best), 0);
      return lines(near);
    });
    leave(picture);
    const move = (to) => {
      cursor = Math.max(0, Math.min(points.length - 1, to));
      draw();
      const now = figure.querySelector(".plot svg");
      const [px, py] = place(now, x(cursor), y(points[cursor].bytes));
      showTip(px, py, lines(cursor), true);
    };
    keys(picture, {
      ArrowLeft: () => move((cursor ?? points.length) - 1),
      ArrowRight: () => move((cursor ?? -1) + 1),
      Home: () => move(0), End: () => move(points.length - 1),
      Escape: () => { cursor = null; hideTip(); draw(); },
    });
  }
  follow(figure, draw);
}

// Threads, estimates and budgets as bars.

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
      const whole = relative ? Math.max(1, extent(row)) : most;
      const scale = (value) => (Math.max(0, value) / whole) * inside;
      const group = svg("g");
      const right = text(width, top + 13, row.value, row.isOver ? "bad" : "soft", "end");
      const room = Math.floor((width - row.value.length * 7.6 - 16) / 7.8);
      const name = row.name.length > room ? `${row.name.slice(0, room - 1)}\u2026` : row.name;
      group.append(text(0, top + 13, name, "bold"), right,
        svg("rect", { class: "bar-back", x: 0, y: top + 18, width: inside, height: 16 }));
      if (row.first !== null) {
        group.append(svg("rect", {
          class: "expected", x: 0.5, y: top + 18.5, width: scale(row.first),
          height: row.second === null ? 15 : 7,
        }));
      }
      if (row.second !== null) {
        const half = row.first === null ? 0 : 8;
        group.append(svg("rect", {
          class: row.isOver ? "over" : "measured", x: 0, y: top + 18 + half,
          width: scale(row.second), height: 16 - half,
        }));
      }
      if (row.range !== null) {
        const [low, high] = row.range.map(scale);
        const path = `M${low} ${top + 22}H${high}M${high} ${top + 18}v8`;
        group.append(svg("path", { class: "range", d: path }));
      }
      if (row.limit !== null) {
        const at = Math.min(inside - 1, scale(row.limit));
        group.append(svg("path", { class: "limit", d: `M${at} ${top + 15}v22` }));
      }
      if (index === cursor) {
        const size = { width: inside, height: step - 5 };
        group.append(svg("rect", { class: "cursor", x: 0.5, y: top + 0.5, ...size }));
      }
      hover(group, () => row.lines);
      picture.append(group);
    });
    leave(picture);
    const move = (change) => {
      cursor = Math.max(0, Math.min(shown.length - 1, cursor === null ? 0 : cursor + change));
      draw();
      const now = figure.querySelector(".plot svg");
      const [x, y] = place(now, 20, (cursor + 1) * step);
      showTip(x, y, shown[cursor].lines, true);
    };
    keys(picture, {
      ArrowDown: () => move(1), ArrowUp: () => move(-1),
      Escape: () => { cursor = null; hideTip(); draw(); },
    });
  }

  const extent = (row) =>
    Math.max(row.first ?? 0, row.second ?? 0, row.limit ?? 0, ...(row.range ?? []));
  if (rows.length > limit) hint(figure, `${rows.length - limit} more in the table`);
  follow(figure, draw);
}

function threads(figure) {
  const list = report.traces[figure.dataset.index].threads.threads;
  bars(figure, list.map((thread) => ({
    name: [plain(thread.thread), thread.name && plain(thread.name), thread.role]
      .filter(Boolean).join(", "),
    value: `${bytes(thread.atPeakBytes)} at the peak`,
    first: thread.peakBytes, second: thread.atPeakBytes, range: null, limit: null, isOver: false,
    lines: [`thread ${plain(thread.thread)}`, `at the peak ${bytes(thread.atPeakBytes)}`,
      `own peak ${bytes(thread.peakBytes)}`, `at the end ${bytes(thread.atEndBytes)}`,
      counted(thread.allocationCount, "allocation")],
  })));
  legend(figure, [["expected", "own peak"], ["measured", "at the trace's peak"]]);
}

/** A category, and what holds it. */
const nested = (row) => row.category + (row.container ? `, of which in ${row.container}` : "");

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
    .map((row) => expectation(nested(row),
      row.leftBytes, row.allowedBytes, row.rightBytes, row.verdict === "over",
      row.leftBytes !== null && row.rightBytes !== null)));
  expectationLegend(figure, [plain(left.name), plain(right.name)]);
}

function estimates(figure) {
  const { rows } = report.estimates[figure.dataset.index];
  bars(figure, rows.map((row) => expectation(nested(row),
    row.estimateBytes, row.maxBytes, row.measuredBytes,
    row.maxBytes !== null && row.measuredBytes > row.maxBytes, true)));
  expectationLegend(figure, ["estimate, with the range up to its maximum", "measured"]);
}

function budgets(figure) {
  bars(figure, report.budgets.map((use) => ({
    name: `${plain(use.subject)}${use.bound === "growth" ? " growth" : ""} of ${plain(use.key)}`,
    value: use.leftBytes < 0 ? `${bytes(-use.leftBytes)} over` : `${bytes(use.leftBytes)} left`,
    first: null, second: use.bytes, limit: use.limitBytes, range: null,
    isOver: use.verdict === "over",
    lines: [
      `${plain(use.subject)}, ${use.bound}`, `${bytes(use.bytes)} of ${bytes(use.limitBytes)}`,
      use.verdict,
    ],
  })), true);
  legend(figure, [["measured", "used"], ["over", "over the limit"]]);
  hint(figure, "The upright line is the limit; every bar has a scale of its own.");
}

// The report, and its numbers as text.

const report = JSON.parse(document.getElementById("report").textContent);
const categories = document.body.dataset.categories.split(" ");
const inner = new Set(categories.filter((id) => id.endsWith("+")).map((id) => id.slice(0, -1)));
const codes = new Map(categories.map((id, code) => [id.replace("+", ""), code]));
const codeOf = (id) => codes.get(id) ?? 0;

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

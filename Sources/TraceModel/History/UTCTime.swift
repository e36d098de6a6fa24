/// A moment of the civil calendar in UTC, to the second; spelt as RFC 3339 has it.
package struct UTCTime: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// Seconds since the beginning of 1970, without leap seconds.
  package var seconds: Int64

  /// Years with four digits: what can be spelt.
  package static let range: ClosedRange<Int64> = -62_167_219_200...253_402_300_799

  package init(seconds: Int64) {
    self.seconds = min(max(seconds, UTCTime.range.lowerBound), UTCTime.range.upperBound)
  }

  /// Reads `2026-11-01T02:00:00Z`, also with a fraction or an offset such as `+01:00`, and
  /// `2026-11-01` alone, which is the day's beginning; nil where the text is no time.
  package init?(_ text: String) {
    var digits = Digits(text.utf8)
    guard let year = digits.number(4), digits.skip("-"), let month = digits.number(2),
      digits.skip("-"), let day = digits.number(2), (1...12).contains(month),
      (1...UTCTime.days(month: month, year: year)).contains(day)
    else { return nil }
    var seconds = UTCTime.daysSinceEpoch(year, month, day) * 86_400
    if !digits.isAtEnd {
      guard digits.skip("T") || digits.skip("t") || digits.skip(" "), let hour = digits.number(2),
        digits.skip(":"), let minute = digits.number(2), digits.skip(":"),
        let second = digits.number(2), hour < 24, minute < 60, second <= 60
      else { return nil }
      if digits.skip(".") {
        guard digits.number(1) != nil else { return nil }
        while digits.number(1) != nil {}
      }
      guard let offset = digits.offset(), digits.isAtEnd else { return nil }
      seconds += Int64(hour * 3600 + minute * 60 + min(second, 59)) - offset
    }
    guard UTCTime.range.contains(seconds) else { return nil }
    self.seconds = seconds
  }

  /// `2026-11-01T02:00:00Z`.
  package var description: String {
    let second = seconds - days * 86_400
    return date + "T" + UTCTime.padded(second / 3600, 2) + ":"
      + UTCTime.padded(second / 60 % 60, 2) + ":" + UTCTime.padded(second % 60, 2) + "Z"
  }

  /// `2026-11-01`.
  package var date: String {
    // Howard Hinnant, "chrono-compatible low-level date algorithms", civil_from_days.
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return UTCTime.padded(year, 4) + "-" + UTCTime.padded(month, 2) + "-"
      + UTCTime.padded(day, 2)
  }

  package static func < (left: UTCTime, right: UTCTime) -> Bool { left.seconds < right.seconds }

  private var days: Int64 {
    seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
  }

  /// Days from 1970-01-01 to a date; Howard Hinnant's days_from_civil.
  private static func daysSinceEpoch(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
    let year = Int64(month <= 2 ? year - 1 : year)
    let era = (year >= 0 ? year : year - 399) / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * Int64(month > 2 ? month - 3 : month + 9) + 2) / 5 + Int64(day) - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  private static func days(month: Int, year: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
  }

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

/// Digits and signs of a time's text.
private struct Digits {
  private var rest: ArraySlice<UInt8>

  init(_ text: String.UTF8View) {
    rest = Array(text)[...]
  }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest.removeFirst()
    return true
  }

  /// A number of exactly `count` digits.
  mutating func number(_ count: Int) -> Int? {
    let digits = rest.prefix(count)
    guard digits.count == count, digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    rest.removeFirst(count)
    return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  /// Seconds by which the clock is ahead of UTC; `Z` is 0.
  mutating func offset() -> Int64? {
    if skip("Z") || skip("z") { return 0 }
    let isAhead = skip("+")
    guard isAhead || skip("-"), let hours = number(2), skip(":"), let minutes = number(2),
      hours < 24, minutes < 60
    else { return nil }
    let seconds = Int64(hours * 3600 + minutes * 60)
    return isAhead ? seconds : -seconds
  }
}

import TraceAnalysis
import TraceModel

/// Resident beside committed memory, and what lies between the two.
enum ResidentText {
  /// Sentences, each with its own number: measures are compared, never added.
  static func lines(_ moment: ResidentMoment) -> [String] {
    let reading = moment.reading
    var lines = [
      "resident \(when(moment)): \(text(reading.resident)), where \(text(moment.committed)) were "
        + "committed"
    ]
    if moment.untouched > .zero {
      lines.append(
        "\(text(moment.untouched)) or more of the committed bytes were never touched, or given "
          + "back by madvise: they cost no memory")
    } else if reading.resident > moment.committed {
      lines.append(
        "\(text(reading.resident - moment.committed)) more are resident than committed: pages of "
          + "the program and its libraries, free space of the allocator, and what no event shows")
    }
    if let file = reading.fileBacked, file > .zero {
      lines.append(
        "\(text(file)) of the resident bytes are pages of files (the executable, libraries, "
          + "mapped files), which the kernel can drop and read again")
    }
    if let proportional = reading.proportional, proportional < reading.resident {
      lines.append(
        "\(text(proportional)) are the process's own share of the resident bytes: other processes "
          + "have pages of them, too")
    }
    if let huge = reading.hugePages, huge > .zero {
      lines.append(
        "\(text(huge)) lie in huge pages: one byte that is touched makes 2 MiB resident")
    }
    if let shared = reading.sharedMemory, shared > .zero {
      lines.append(
        "\(text(shared)) are shared memory, such as the rings through which memtrace record takes "
          + "events out")
    }
    if let swapped = reading.swapped, swapped > .zero {
      lines.append("\(text(swapped)) are swapped out: committed, touched, but not resident")
    }
    if moment.reserved > .zero {
      lines.append(
        "\(text(moment.reserved)) are address space without access: they cost no memory")
    }
    return lines
  }

  static func json(_ moment: ResidentMoment?) -> JSONValue {
    guard let moment else { return .null }
    let reading = moment.reading
    return [
      "event": .unsigned(reading.event),
      "timeNanoseconds": .unsigned(reading.time),
      "residentBytes": .bytes(reading.resident),
      "proportionalBytes": .bytes(reading.proportional),
      "anonymousBytes": .bytes(reading.anonymous),
      "fileBytes": .bytes(reading.fileBacked),
      "sharedMemoryBytes": .bytes(reading.sharedMemory),
      "swapBytes": .bytes(reading.swapped),
      "hugePageBytes": .bytes(reading.hugePages),
      "committedBytes": .bytes(moment.committed),
      "reservedBytes": .bytes(moment.reserved),
      "untouchedBytes": .bytes(moment.untouched),
    ]
  }

  private static func when(_ moment: ResidentMoment) -> String {
    let distance = TableCell.secondsText(moment.delay.magnitude)
    if moment.delay == 0 { return "at the peak" }
    return "\(distance) \(moment.delay > 0 ? "after" : "before") the peak"
  }

  private static func text(_ count: ByteCount) -> String { ByteCountFormat.scaled.text(count) }
}

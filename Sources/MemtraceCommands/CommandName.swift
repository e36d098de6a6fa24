import ArgumentParser

/// The words that name a command, and what a wrong one is nearly.
enum CommandName {
  /// Says that there is no such command, where ArgumentParser would count arguments too many.
  static func check(
    _ arguments: some Collection<String>, of command: any ParsableCommand.Type = Memtrace.self
  ) throws {
    let commands = command.configuration.subcommands
    guard !commands.isEmpty, let name = arguments.first, !name.hasPrefix("-"), name != "help"
    else { return }
    if let known = commands.first(where: { $0._commandName == name }) {
      return try check(Array(arguments.dropFirst()), of: known)
    }
    let known = commands.map { $0._commandName }
    let nearest = known.min { distance($0, name) < distance($1, name) }
    let hint = nearest.map { distance($0, name) <= 2 ? "; is \($0) meant?" : "" } ?? ""
    throw ValidationError("there is no command \(name)\(hint)")
  }

  /// Letters to change, add or take out, until one word is the other.
  private static func distance(_ one: String, _ other: String) -> Int {
    let other = Array(other)
    var row = Array(0...other.count)
    for (index, letter) in one.enumerated() {
      var before = row[0]
      row[0] = index + 1
      for place in other.indices {
        let changed = before + (other[place] == letter ? 0 : 1)
        before = row[place + 1]
        row[place + 1] = min(changed, before + 1, row[place] + 1)
      }
    }
    return row[other.count]
  }
}

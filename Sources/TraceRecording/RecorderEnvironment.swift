import CMemtraceChannel

/// The variables that `memtrace record` gives to the program it starts.
package enum RecorderEnvironment {
  /// All variables of the program, as `NAME=value`.
  ///
  /// `stacks` is the deepest call stack in frames, 0 for none; `inherited` what the program would
  /// have otherwise. The library goes before what is preloaded already.
  /// AddressSanitizer's library is told not to insist on being first: its program would not start.
  package static func variables(
    session: String, collector: Int32, stacks: Int, followsChildren: Bool, library: String,
    inherited: [String]
  ) -> [String] {
    let own = [
      MEMTRACE_ENV_SESSION: session,
      MEMTRACE_ENV_COLLECTOR: "\(collector)",
      MEMTRACE_ENV_STACKS: "\(stacks)",
      MEMTRACE_ENV_CHILDREN: followsChildren ? "follow" : "ignore",
    ]
    var preload = library
    var sanitizer = "verify_asan_link_order=0"
    var variables: [String] = []
    for variable in inherited {
      let name = variable.prefix { $0 != "=" }
      if name == "LD_PRELOAD" {
        let value = variable.dropFirst(name.count + 1)
        if !value.isEmpty { preload += ":" + value }
      } else if name == "ASAN_OPTIONS" {
        sanitizer = "\(variable.dropFirst(name.count + 1)):\(sanitizer)"
      } else if own[String(name)] == nil {
        variables.append(variable)
      }
    }
    variables.append("LD_PRELOAD=" + preload)
    variables.append("ASAN_OPTIONS=" + sanitizer)
    return variables + own.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
  }
}

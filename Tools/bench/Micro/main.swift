// Usage: micro-bench LOG THRESHOLDS [--update]
//
// Measures each stage of the engine over an allocator log, and compares with the thresholds: what a
// stage may take, as a multiple of reading the text byte by byte, so that the machine matters little,
// and how often it may allocate. Exits 0 where all hold, 1 where one does not; --update writes what
// was measured, with a fifth to spare.

import Foundation
import Glibc

struct Threshold: Codable {
  var timesReading: Double
  var allocationsPerThousandEvents: Double
}

/// A number with so many digits behind the point; a dash where there is none.
func text(_ number: Double?, _ digits: Int) -> String {
  number.map { String(format: "%.\(digits)f", $0) } ?? "-"
}

let arguments = CommandLine.arguments
guard arguments.count >= 3 else {
  print("usage: micro-bench LOG THRESHOLDS [--update]")
  exit(64)
}
let rounds = 5
let store = FileManager.default.temporaryDirectory.path + "/micro-bench-\(getpid()).zst"
defer { try? FileManager.default.removeItem(atPath: store) }
let stages = try Stages(log: arguments[1], store: store)
let reading = stages.reading(rounds: rounds)
let thresholdsURL = URL(fileURLWithPath: arguments[2])
let thresholds =
  (try? JSONDecoder().decode([String: Threshold].self, from: Data(contentsOf: thresholdsURL)))
  ?? [:]
print(
  "\(stages.events) events, reading their text byte by byte: "
    + String(format: "%.1f ns/event", reading))
var measured: [String: Threshold] = [:]
var failures = 0
for stage in stages.all {
  let result = try stage.result(rounds: rounds, events: stages.events, reading: reading)
  let threshold = thresholds[stage.name]
  let holds =
    threshold.map {
      result.timesReading <= $0.timesReading
        && result.allocationsPerThousandEvents <= $0.allocationsPerThousandEvents
    } ?? false
  if !holds { failures += 1 }
  let name = stage.name.padding(toLength: 14, withPad: " ", startingAt: 0)
  let time = text(result.nanosecondsPerEvent, 1)
  let times = text(result.timesReading, 2)
  let allocations = text(result.allocationsPerThousandEvents, 2)
  print(
    "\(name) \(time) ns/event, \(times) x reading (at most \(text(threshold?.timesReading, 2))), "
      + "\(allocations) allocations/1000 events "
      + "(at most \(text(threshold?.allocationsPerThousandEvents, 2))): "
      + (holds ? "holds" : "FAILS"))
  measured[stage.name] = Threshold(
    timesReading: (result.timesReading * 120).rounded(.up) / 100,
    allocationsPerThousandEvents: (result.allocationsPerThousandEvents * 120).rounded(.up) / 100)
}
if arguments.contains("--update") {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
  try encoder.encode(measured).write(to: thresholdsURL)
  print("wrote \(arguments[2])")
}
exit(failures == 0 ? 0 : 1)

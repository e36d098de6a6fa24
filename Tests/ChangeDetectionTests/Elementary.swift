import Foundation

/// The functions that draws need.
enum Elementary {
  static func squareRootOfMinusTwoLog(_ value: Double) -> Double { sqrt(-2 * log(value)) }
  static func cosine(ofTurns turns: Double) -> Double { cos(2 * .pi * turns) }
  static func log1p(_ value: Double) -> Double { Foundation.log1p(value) }
  static func exp(_ value: Double) -> Double { Foundation.exp(value) }
}

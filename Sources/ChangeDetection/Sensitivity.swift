/// The constants of the search in noisy series.
package struct Sensitivity: Hashable, Sendable {
  /// Factor on the critical values.
  package var change = 1.0
  /// What a value far off costs, as a part of what a change costs.
  package var outlier = 0.62
  /// How many values the assumed noise of a level is worth.
  package var prior = 8.0
  package var spike = 1.0
  package var drift = 6.0

  package init() {}
}

package import TraceModel

/// A series in words: `linear-memory of app.wasm on thumbv7 (WAMR 2.4.4, aot)`.
package struct SeriesWords: Hashable, Sendable {
  package let series: SeriesID

  package init(_ series: SeriesID) {
    self.series = series
  }

  package var text: String {
    let key = SeriesWords.key(series.key)
    return key.isEmpty ? figure : "\(figure) \(key)"
  }

  /// `libc-heap in linear-memory`; what is not as usual stands in front.
  package var figure: String {
    var text = series.category.id
    if series.measure != .committed { text = "\(series.measure.rawValue) \(text)" }
    if series.source == .estimate { text = "estimated \(text)" }
    if series.source == .snapshots { text += " in dumps" }
    if let container = series.container { text += " inside \(container.id)" }
    return text
  }

  /// `of app.wasm on thumbv7 (WAMR 2.4.4, aot)`; parts that are not said are left out.
  package static func key(_ key: RunKey) -> String {
    let said = { (part: RunKey.Part, before: String) -> String? in
      key[part].isEmpty ? nil : before + key[part]
    }
    let more = [
      said(.wamr, "WAMR "), said(.mode, ""), said(.features, "features "),
      said(.device, "device "),
    ].compactMap(\.self)
    let words = [
      said(.module, "of "), said(.target, "on "),
      more.isEmpty ? nil : "(\(more.joined(separator: ", ")))",
    ]
    return words.compactMap(\.self).joined(separator: " ")
  }
}

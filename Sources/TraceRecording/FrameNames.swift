import TraceSymbols

/// The texts of frames by return address; each address is looked up once.
struct FrameNames {
  private let symboliser: Symboliser
  private var images = LoadedImages()
  private var known: [UInt64: [[UInt8]]] = [:]
  /// Texts that were handed out hold no longer.
  var hasForgotten = false

  init(_ symboliser: Symboliser) {
    self.symboliser = symboliser
  }

  /// The texts of the frames at an address, innermost first; never empty.
  mutating func texts(at address: UInt64) -> [[UInt8]] {
    if let texts = known[address] { return texts }
    let texts = lookUp(address).map { Array($0.utf8) }
    known[address] = texts
    return texts
  }

  private func lookUp(_ address: UInt64) -> [String] {
    // The call stands before the address to which it returns.
    let call = address &- 1
    guard let image = images.image(at: call) else {
      return ["0x" + String(address, radix: 16)]
    }
    let place = "\(image.name)+0x" + String(address &- image.bias, radix: 16)
    let frames = symboliser.frames(
      ofModule: image.path, buildID: image.buildID, address: call &- image.bias)
    let texts = frames.compactMap { frame -> String? in
      guard let function = frame.function, !function.isEmpty else { return nil }
      let source = frame.file.map { " at \($0)" + (frame.line.map { ":\($0)" } ?? "") } ?? ""
      return "\(function)\(source) in \(place)"
    }
    return texts.isEmpty ? [place] : texts
  }

  /// The addresses of a variable of an image; nil where its file has none of this name.
  func variable(named name: String, of image: LoadedImages.Image) -> Range<UInt64>? {
    guard
      let symbol = symboliser.symbol(
        named: name, inModule: image.path, buildID: image.buildID),
      symbol.size > 0
    else { return nil }
    let start = symbol.address &+ image.bias
    let (end, isBeyond) = start.addingReportingOverflow(symbol.size)
    let variable = isBeyond ? nil : start..<end
    guard let variable, image.addresses.contains(variable.lowerBound),
      variable.upperBound <= image.addresses.upperBound
    else { return nil }
    return variable
  }

  // MARK: Images

  /// Takes note of an image; false where it is known already.
  mutating func load(_ image: LoadedImages.Image) -> Bool {
    guard !images.holds(image.addresses, path: image.path) else { return false }
    images.load(image)
    forget(image.addresses)
    return true
  }

  mutating func unload(_ addresses: Range<UInt64>) {
    images.unload(addresses)
    forget(addresses)
  }

  private mutating func forget(_ addresses: Range<UInt64>) {
    // The call's address decides, which is one less.
    guard known.keys.contains(where: { addresses.contains($0 &- 1) }) else { return }
    known = known.filter { !addresses.contains($0.key &- 1) }
    hasForgotten = true
  }
}

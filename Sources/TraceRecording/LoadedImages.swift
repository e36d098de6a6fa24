/// The executable and the libraries of a process at one moment, by address.
struct LoadedImages {
  struct Image {
    var addresses: Range<UInt64>
    /// What is added to the addresses in the file.
    var bias: UInt64
    var buildID: [UInt8]
    var path: String

    var name: String { path.split(separator: "/").last.map(String.init) ?? path }
  }

  /// Sorted, without overlap.
  private var images: [Image] = []

  /// Adds an image; what stood at its place is gone.
  mutating func load(_ image: Image) {
    unload(image.addresses)
    guard !image.addresses.isEmpty else { return }
    let place = firstIndex { $0.addresses.lowerBound >= image.addresses.lowerBound }
    images.insert(image, at: place)
  }

  mutating func unload(_ addresses: Range<UInt64>) {
    images.removeAll { $0.addresses.overlaps(addresses) }
  }

  func image(at address: UInt64) -> Image? {
    let next = firstIndex { $0.addresses.lowerBound > address }
    guard next > 0, images[next - 1].addresses.contains(address) else { return nil }
    return images[next - 1]
  }

  /// Whether an image of this path stands at exactly these addresses.
  func holds(_ addresses: Range<UInt64>, path: String) -> Bool {
    guard let image = image(at: addresses.lowerBound) else { return false }
    return image.addresses == addresses && image.path == path
  }

  private func firstIndex(where isBehind: (Image) -> Bool) -> Int {
    var low = 0
    var high = images.count
    while low < high {
      let middle = (low + high) / 2
      if isBehind(images[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

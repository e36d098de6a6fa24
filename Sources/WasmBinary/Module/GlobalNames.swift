extension WasmModule {
  /// The index of the first global that the `name` section calls so, imported ones counted.
  package func global(named name: String) -> UInt32? {
    var found: UInt32?
    NameSection(self).forEachName(in: .globals) { index, range in
      if found == nil, bytes[range].elementsEqual(name.utf8) { found = index }
    }
    return found
  }
}

import CElfutils
import Glibc

/// Finds the functions that addresses of a program's modules lie in.
///
/// From DWARF, inlined functions told apart, else from ELF symbols. Separate debug files are found
/// by build id or `.gnu_debuglink` on this machine only: no server is asked. Each module is opened
/// once and kept open until the symboliser goes. Not safe for use from several threads at once.
@safe package final class Symboliser {
  /// Why a module has no symbols, one sentence for each such module, in order of first use.
  package private(set) var notes: [String] = []

  private struct Key: Hashable {
    var path: String
    var buildID: [UInt8]
  }

  private var modules: [Key: ModuleSymbols?] = [:]
  private let folders: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  private let callbacks: UnsafeMutablePointer<Dwfl_Callbacks>

  /// A symboliser without modules.
  ///
  /// - Parameter debugFolders: absolute paths of folders with a `.build-id` folder of debug files.
  package init(debugFolders: [String] = ["/usr/lib/debug"]) {
    unsafe folders = .allocate(capacity: 1)
    unsafe folders.initialize(to: strdup(debugFolders.joined(separator: ":")))
    unsafe callbacks = .allocate(capacity: 1)
    unsafe callbacks.initialize(to: celfutils_callbacks(folders))
  }

  deinit {
    modules = [:]
    unsafe callbacks.deallocate()
    unsafe free(folders.pointee)
    unsafe folders.deallocate()
  }

  /// The functions around an address, innermost inlined one first; empty where none is known.
  ///
  /// `path` is the module's file; `[vdso]`, deleted files and names without a folder have no
  /// symbols. `buildID` is the one that the module had when it ran; empty: not known. `address` is
  /// one of the file's virtual addresses; of a call it is the return address - 1.
  package func frames(
    ofModule path: String, buildID: [UInt8], address: UInt64
  ) -> [SymbolFrame] {
    module(path, buildID)?.frames(at: address) ?? []
  }

  /// The address and the size of a symbol, function or data; size 0 where none is given.
  package func symbol(
    named name: String, inModule path: String, buildID: [UInt8] = []
  ) -> (address: UInt64, size: UInt64)? {
    module(path, buildID)?.symbol(named: name)
  }

  private func module(_ path: String, _ buildID: [UInt8]) -> ModuleSymbols? {
    guard path.contains("/"), !path.hasPrefix("["), !path.hasSuffix(" (deleted)") else {
      return nil
    }
    let key = Key(path: path, buildID: buildID)
    if let known = modules[key] { return known }
    var opened: ModuleSymbols?
    do throws(ModuleSymbols.Reason) {
      let module = try unsafe ModuleSymbols(path: path, buildID: buildID, callbacks: callbacks)
      if !module.hasFunctions { notes.append("\(path) has no symbols of functions") }
      opened = module
    } catch {
      notes.append("\(path) \(error.text)")
    }
    modules[key] = .some(opened)
    return opened
  }
}

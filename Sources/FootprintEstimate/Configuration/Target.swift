/// A processor, by the name that `WAMR_BUILD_TARGET` and wamrc have for it.
package struct Target: Hashable, Sendable, CustomStringConvertible {
  package enum Architecture: String, Hashable, Sendable {
    case x86_64
    case x86_32
    case aarch64
    case arm
    case riscv64
    case riscv32
    case xtensa
    case mips
    case arc
  }

  /// The name as the user or the file spelt it, in lower case.
  package let description: String
  package let architecture: Architecture

  package static let x86_64 = Target(description: "x86_64", architecture: .x86_64)

  private init(description: String, architecture: Architecture) {
    self.description = description
    self.architecture = architecture
  }

  /// `x86_64`, `amd64`, `i386`, `aarch64v8`, `armv7`, `thumbv7em`, `riscv32_ilp32`, …; nil for a name
  /// that WAMR has not.
  package init?(_ name: String) {
    let name = name.lowercased()
    description = name
    switch name {
    case "x86_64", "amd64": architecture = .x86_64
    case "x86_32", "i386", "x86": architecture = .x86_32
    case _ where name.hasPrefix("aarch64") || name.hasPrefix("arm64"): architecture = .aarch64
    case _ where name.hasPrefix("arm") || name.hasPrefix("thumb"): architecture = .arm
    case _ where name.hasPrefix("riscv64"): architecture = .riscv64
    case _ where name.hasPrefix("riscv32"): architecture = .riscv32
    case _ where name.hasPrefix("xtensa"): architecture = .xtensa
    case _ where name.hasPrefix("mips"): architecture = .mips
    case _ where name.hasPrefix("arc"): architecture = .arc
    default: return nil
    }
  }

  package var pointerBytes: Int64 {
    switch architecture {
    case .x86_64, .aarch64, .riscv64: 8
    case .x86_32, .arm, .riscv32, .xtensa, .mips, .arc: 4
    }
  }

  /// Members of 8 bytes lie at multiples of 8 in a struct, also where pointers have 4.
  package var aligns8: Bool { ![.x86_32, .arc].contains(architecture) }

  /// Processors for which WAMR can leave bound checks to the memory unit (core/shared/platform,
  /// `OS_ENABLE_HW_BOUND_CHECK`).
  package var canCheckBoundsInHardware: Bool { pointerBytes == 8 }
}

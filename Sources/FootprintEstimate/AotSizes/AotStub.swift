/// What the loader appends to AOT code for each function of the runtime: a jump that reaches it
/// wherever it lies.
///
/// Source: `get_plt_item_size` in core/iwasm/aot/arch/aot_reloc_*.c, the same from WAMR-12-30-2021 to
/// main. Other processors have none, and neither has code that is executed in place.
enum AotStub: Hashable {
  case x86_64
  case aarch64
  case arm
  case thumb
  /// Without the functions for floating point that other Thumb processors get.
  case thumbV6
  case riscv64(FloatABI)

  /// Which numbers RISC-V code keeps in floating-point registers.
  enum FloatABI: Hashable {
    case none
    case single
    case double
  }

  var bytes: Int64 {
    switch self {
    case .x86_64, .arm: 12
    case .aarch64: 32
    case .thumb, .thumbV6, .riscv64: 20
    }
  }

  /// Nil for processors without such jumps; `objectFlags` are those of the `.aot` file.
  init?(_ target: Target, objectFlags: UInt32?) {
    switch target.architecture {
    case .x86_64: self = .x86_64
    case .aarch64: self = .aarch64
    case .arm:
      let name = target.description
      self = name.hasPrefix("thumbv6") ? .thumbV6 : name.hasPrefix("thumb") ? .thumb : .arm
    case .riscv64: self = .riscv64(AotStub.floatABI(target, objectFlags: objectFlags))
    case .x86_32, .riscv32, .xtensa, .mips, .arc: return nil
    }
  }

  /// EF_RISCV_FLOAT_ABI of ELF, else what the name of the target says.
  private static func floatABI(_ target: Target, objectFlags: UInt32?) -> FloatABI {
    switch objectFlags.map({ $0 >> 1 & 3 }) {
    case 0: .none
    case 1: .single
    case nil where target.description.hasSuffix("lp64"): .none
    case nil where target.description.hasSuffix("lp64f"): .single
    default: .double
    }
  }
}

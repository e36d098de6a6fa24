/// An operating system that WAMR runs on, with what memory means there.
///
/// Source: `core/shared/platform/*/platform_internal.h` and each `os_mmap` (WAMR main, 2.4.4).
package enum Platform: String, CaseIterable, Hashable, Sendable {
  case linux
  case android
  case darwin
  case freebsd
  case windows
  case vxworks
  case linuxSGX = "linux-sgx"
  case zephyr
  case nuttx
  case freertos
  case espIDF = "esp-idf"
  case rtThread = "rt-thread"
  case riot
  case alios

  /// `os_mmap` reserves pages and commits them; elsewhere it is a plain, zeroed allocation.
  package var mapsPages: Bool {
    switch self {
    case .linux, .android, .darwin, .freebsd, .windows, .vxworks, .linuxSGX: true
    case .zephyr, .nuttx, .freertos, .espIDF, .rtThread, .riot, .alios: false
    }
  }

  /// Where a plain `os_mmap` takes its bytes: WAMR's own heap (`BH_MALLOC`) or the system's.
  package var mapsFromGlobalHeap: Bool {
    switch self {
    case .zephyr, .freertos, .riot, .alios: true
    default: false
    }
  }

  package var canCheckBoundsInHardware: Bool {
    switch self {
    case .linux, .android, .darwin, .freebsd, .windows, .vxworks: true
    default: false
    }
  }

  /// The bytes of a page that a mapping is rounded up to; 1 where nothing is rounded.
  package var pageBytes: Int64 { mapsPages ? 4096 : 1 }

  /// The native stack of a thread that WAMR creates, where the platform sets its own
  /// (`APP_THREAD_STACK_SIZE_DEFAULT` in core/config.h); nil where it is that of the build.
  package var threadStackBytes: Int64? {
    switch self {
    case .zephyr, .alios, .espIDF: 6144
    // PTHREAD_STACK_DEFAULT of NuttX and RT-Thread as they come.
    case .nuttx, .rtThread: 2048
    default: nil
    }
  }

  /// The main thread's stack where nobody set another one.
  package var mainStackBytes: Int64? {
    switch self {
    case .linux, .android, .darwin, .freebsd: 8 << 20
    case .windows: 1 << 20
    default: nil
    }
  }
}

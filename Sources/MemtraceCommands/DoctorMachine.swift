import Glibc
import TraceModel
import TraceReport

/// What the machine and the environment give to any recording.
enum DoctorMachine {
  /// Rings of some threads: what the folder in memory must have room for.
  private static let sharedMemoryBytes: UInt64 = 64 << 20
  /// A ring with its header: the largest file that the recorded program makes.
  private static let ringBytes: UInt64 = 1 << 20 + 4096
  /// What WAMR reserves for a memory whose bounds the hardware checks, and room for the rest.
  private static let reservedBytes: UInt64 = 16 << 30

  static func findings() -> [Finding] {
    [sharedMemory, unwinder, residentMemory].compactMap { $0 } + limits
      + [overcommit, preload].compactMap { $0 }
  }

  /// An environment variable; nil where it is empty.
  static func variable(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe value.pointee == 0 ? nil : String(cString: value)
  }

  // MARK: Checks

  private static var sharedMemory: Finding {
    let check = "shared-memory"
    if let free = freeBytes("/dev/shm"), free > sharedMemoryBytes {
      return Finding(check, .ok, "/dev/shm has \(ByteCountFormat.scaled.text(clamping: free)) free")
    }
    let temporary = variable("TMPDIR") ?? "/tmp"
    let found =
      freeBytes("/dev/shm").map {
        "/dev/shm has \(ByteCountFormat.scaled.text(clamping: $0)) free"
      } ?? "/dev/shm is missing or not writable"
    guard let free = freeBytes(temporary), free > sharedMemoryBytes else {
      return Finding(
        check, .problem, "\(found), nor has \(temporary) room",
        why: "Each thread of a recorded program hands its events over in a file of 1 MiB in such a "
          + "folder.",
        remedy: "mount a tmpfs on /dev/shm, or name a writable folder with TMPDIR")
    }
    return Finding(
      check, .note, "\(found): \(temporary) is taken",
      why: "Events are handed over through files there: on a disk a recording is slower.",
      remedy: "mount a larger tmpfs on /dev/shm (docker run --shm-size=256m), or name a folder in "
        + "memory with TMPDIR")
  }

  private static var unwinder: Finding? {
    let name = "libunwind.so.8"
    let folders =
      (variable("LD_LIBRARY_PATH")?.split(separator: ":").map(String.init) ?? [])
      + DoctorLibraries.standardFolders
    let isThere =
      folders.contains { unsafe access("\($0)/\(name)", R_OK) == 0 }
      || DoctorLibraries.cacheHolds(name)
    guard !isThere else { return Finding("call-stacks", .ok, "\(name) is installed") }
    #if arch(x86_64)
    return Finding(
      "call-stacks", .note, "\(name) is not installed",
      why: "The recorder's own unwinder follows most stacks; those of signal handlers, "
        + "coroutines and hand-written code end early without it.",
      remedy: "install it (Debian: libunwind8)")
    #else
    return Finding(
      "call-stacks", .problem, "\(name) is not installed",
      why: "Without it no call stack is recorded: neither sites nor WAMR's categories are known.",
      remedy: "install it (Debian: libunwind8), or record with --stacks none")
    #endif
  }

  private static var residentMemory: Finding {
    guard DoctorFile.text("/proc/self/smaps_rollup").contains("Pss:") else {
      guard !DoctorFile.text("/proc/self/statm").isEmpty else {
        return Finding(
          "resident-memory", .note, "/proc cannot be read",
          why: "Resident memory is not sampled.", remedy: "mount /proc")
      }
      return Finding(
        "resident-memory", .note, "the kernel has no smaps_rollup",
        why:
          "Resident memory is sampled, but not how much of it is shared, file-backed or swapped.",
        remedy: "use Linux 4.14 or later with CONFIG_PROC_PAGE_MONITOR")
    }
    return Finding("resident-memory", .ok, "resident and proportional memory can be sampled")
  }

  private static var limits: [Finding] {
    var findings: [Finding] = []
    if let limit = limit(RLIMIT_AS), limit < reservedBytes {
      findings.append(
        Finding(
          "address-space", .note,
          "address space is limited to \(ByteCountFormat.scaled.text(clamping: limit))",
          why: "The recorder maps 1 MiB for each thread, and WAMR with hardware bound checks "
            + "reserves 8 GiB or more for each linear memory: it fails to instantiate.",
          remedy: "lift it with ulimit -v unlimited"))
    }
    if let limit = limit(RLIMIT_FSIZE), limit < 1 << 30 {
      let isTooSmall = limit < ringBytes
      findings.append(
        Finding(
          "file-size", isTooSmall ? .problem : .note,
          "files are limited to \(ByteCountFormat.scaled.text(clamping: limit))",
          why: isTooSmall
            ? "The recorded program hands its events over in files of 1 MiB."
            : "A longer recording may not fit in its file.",
          remedy: "lift it with ulimit -f unlimited"))
    }
    if let limit = limit(RLIMIT_NOFILE), limit < 64 {
      findings.append(
        Finding(
          "open-files", .note, "a process may open \(limit) files",
          why: "memtrace keeps files open for each process that it follows.",
          remedy: "raise it with ulimit -n 1024"))
    }
    return findings
  }

  private static var overcommit: Finding? {
    guard DoctorFile.text("/proc/sys/vm/overcommit_memory").hasPrefix("2") else { return nil }
    return Finding(
      "overcommit", .note, "the kernel grants no more memory than there is (overcommit_memory 2)",
      why: "Rings and large mappings may be refused that another machine grants: the run is not "
        + "like one there.",
      remedy: "sysctl vm.overcommit_memory=0, if the run fails for lack of memory")
  }

  private static var preload: Finding? {
    guard let value = variable("LD_PRELOAD") else { return nil }
    return Finding(
      "preload", .note, "LD_PRELOAD names \(value)",
      why: "It stays, behind the recorder. A library that replaces malloc is recorded; one that "
        + "wants to be first, as a sanitizer's, fails.",
      remedy: "unset LD_PRELOAD, unless the program needs it")
  }

  // MARK: Reading

  /// A soft limit; nil where there is none.
  private static func limit(_ resource: __rlimit_resource) -> UInt64? {
    var limits = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(resource.rawValue), &limits) == 0,
      limits.rlim_cur != UInt64.max
    else {
      return nil
    }
    return UInt64(limits.rlim_cur)
  }

  /// What a writable folder has room for.
  private static func freeBytes(_ path: String) -> UInt64? {
    var status = statvfs()
    guard unsafe statvfs(path, &status) == 0, unsafe access(path, W_OK | X_OK) == 0 else {
      return nil
    }
    return UInt64(status.f_bavail) &* UInt64(max(1, status.f_frsize))
  }
}

extension ByteCountFormat {
  /// A size that may be beyond `Int64`.
  fileprivate func text(clamping bytes: UInt64) -> String {
    text(ByteCount(Int64(clamping: bytes)))
  }
}

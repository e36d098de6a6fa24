import CMemtraceChannel
import Glibc

/// Says whether a process that is not our child has ended.
final class ProcessWatch {
  private let descriptor: Int32
  private let pid: UInt32

  init(_ pid: UInt32) {
    self.pid = pid
    descriptor = memtrace_open_process(Int32(truncatingIfNeeded: pid))
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  var hasEnded: Bool {
    guard descriptor >= 0 else {
      return kill(pid_t(truncatingIfNeeded: pid), 0) != 0 && errno == ESRCH
    }
    var question = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&question, 1, 0) > 0
  }
}

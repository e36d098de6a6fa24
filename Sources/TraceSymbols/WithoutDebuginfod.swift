// What a static libdw calls to ask a debuginfod server, here without one.
//
// Rationale: libdw.a's own versions bring a constructor that loads libdebuginfod, and with it a
// second C library, into every run where DEBUGINFOD_URLS is set. These take their places, as an
// archive's member is left out where its names are known. A shared libdw keeps its own, which
// ``Symboliser`` never calls.

/// Asks nobody: a file descriptor of -1.
@c(__libdwfl_debuginfod_find_executable)
func debuginfodFindExecutable(
  _ session: OpaquePointer?, _ buildID: UnsafePointer<UInt8>?, _ count: Int
) -> CInt { -1 }

/// Asks nobody: a file descriptor of -1.
@c(__libdwfl_debuginfod_find_debuginfo)
func debuginfodFindDebugInfo(
  _ session: OpaquePointer?, _ buildID: UnsafePointer<UInt8>?, _ count: Int
) -> CInt { -1 }

/// Ends a client that never began.
@c(__libdwfl_debuginfod_end)
func debuginfodEnd(_ client: OpaquePointer?) {}

/// No client.
@c(dwfl_get_debuginfod_client)
func debuginfodClient(_ session: OpaquePointer?) -> OpaquePointer? { nil }

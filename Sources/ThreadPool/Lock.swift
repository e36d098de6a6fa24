import Glibc

/// A lock of the C library, and the means to wait until something under it has changed.
///
/// Rationale: ThreadSanitizer knows it. What `Synchronization.Mutex` orders (Swift 6.3) it does not see,
/// and reports races where there are none.
@safe final class Lock: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let hasChanged = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    unsafe mutex.initialize(to: pthread_mutex_t())
    unsafe hasChanged.initialize(to: pthread_cond_t())
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(hasChanged, nil)
  }

  deinit {
    unsafe pthread_cond_destroy(hasChanged)
    unsafe pthread_mutex_destroy(mutex)
    unsafe hasChanged.deallocate()
    unsafe mutex.deallocate()
  }

  func lock() { unsafe pthread_mutex_lock(mutex) }

  func unlock() { unsafe pthread_mutex_unlock(mutex) }

  /// Lets others have the lock until one of them says that something has changed.
  func waitForChange() { unsafe pthread_cond_wait(hasChanged, mutex) }

  /// Wakes whoever waits.
  func announceChange() { unsafe pthread_cond_broadcast(hasChanged) }
}

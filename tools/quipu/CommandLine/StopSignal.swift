internal import Glibc

/// SIGINT and SIGTERM, for a command that goes on until it is told to stop and then ends in order.
///
/// The signals are held back and looked at between two pieces of work: nothing is ever cut off in the
/// middle, and no handler runs.
enum StopSignal {
  /// From now on the signals wait to be looked at. To be called before there are other threads.
  ///
  /// One that the parent process wanted ignored stays ignored.
  static func hold() {
    var set = signals
    unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Waits so many seconds, or until a signal comes; tells whether one did. It is then used up.
  static func wait(seconds: Int) -> Bool { wait(milliseconds: 1000 * seconds) }

  /// As `wait(seconds:)`.
  static func wait(milliseconds: Int) -> Bool {
    var set = signals
    var time = timespec(
      tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
    while true {
      let number = unsafe sigtimedwait(&set, nil, &time)
      if number > 0 { return true }
      if errno != EINTR { return false }
    }
  }

  /// From now on SIGHUP waits to be looked at too, for a program that opens its log anew then. To be called
  /// before there are other threads.
  static func holdHangup() {
    var set = hangup
    unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Whether a SIGHUP came since the last call.
  static func wasHungUp() -> Bool {
    var set = hangup
    var time = timespec()
    return unsafe sigtimedwait(&set, nil, &time) > 0
  }

  private static var hangup: sigset_t {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    unsafe sigaddset(&set, SIGHUP)
    return set
  }

  private static var signals: sigset_t {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    for number in [SIGINT, SIGTERM] {
      var action = sigaction()
      guard unsafe sigaction(number, nil, &action) == 0 else { continue }
      let isIgnored = unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
      if !isIgnored { unsafe sigaddset(&set, number) }
    }
    return set
  }
}

internal import Glibc

/// What an interrupted program takes with it: the file that is being written.
enum Interruption {
  /// The path to unlink, in memory that a signal handler may read at any moment.
  nonisolated(unsafe) private static var draft: UnsafeMutablePointer<CChar>?

  /// From now on a signal that ends the program removes this file first.
  ///
  /// One file at a time. A signal the parent process wanted ignored (nohup) stays ignored.
  static func willRemove(_ path: String) {
    keep()
    unsafe draft = strdup(path)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGXFSZ] {
      var action = sigaction()
      guard unsafe sigaction(number, nil, &action) == 0 else { continue }
      guard unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 0 else {
        continue
      }
      signal(number) { number in
        if let draft = unsafe Interruption.draft { unsafe unlink(draft) }
        signal(number, SIG_DFL)
        raise(number)
      }
    }
  }

  /// The file is in its place, or gone: there is nothing left to remove.
  static func keep() {
    let path = unsafe draft
    unsafe draft = nil
    unsafe free(path)
  }
}

/// Why the log could not be read or written. Two errors are equal when their codes are.
package struct LogError: Error, Sendable {
  /// The kinds of failure, with the names under which they are reported.
  package enum Code: String, Sendable, CaseIterable {
    /// The bytes on disk are not what the log's own hashes, numbers or forms fix.
    case damaged
    /// Another process holds the ledger for writing, or is just opening it.
    case inUse = "in_use"
    /// No room: nothing of the batch was kept, and it may be tried again.
    case diskFull = "disk_full"
    /// The ledger is to be written to, and medium or permissions allow only reading.
    case readOnly = "read_only"
    /// The ledger is to be written to and lies on a network file system, whose syncs and locks promise less.
    case networkDisk = "network_disk"
    /// A sync or the undoing of a write failed: this process never writes to the ledger again.
    case poisoned
    /// There is no ledger at that path, or one whose making was cut off.
    case notALedger = "not_a_ledger"
    /// A ledger is to be made where something already is.
    case exists
    /// The operating system refused a call.
    case io
    /// The idempotency key is in the log already, or twice in one batch.
    case keyConflict = "key_conflict"
    /// The stream is not at the position its writer expects.
    case wrongPosition = "wrong_position"
    /// A field of an event or of the ledger's identity has not the form the log demands.
    case invalid
    /// The line would be longer than 65,535 bytes.
    case tooLong = "too_long"
    /// No event has that sequence number, or no checkpoint that size.
    case noSuchEvent = "no_such_event"
    /// The signing key is not there, is not one, can be read by others, or is not the ledger's.
    case invalidKey = "invalid_key"
    /// An anchor or witness knows a later or another history than this ledger has.
    case behindAnchor = "behind_anchor"
    /// The ledger is a replica, and only what follows its source writes to it.
    case replica
    /// What was received does not go on where the replica ends.
    case missing
    /// The keys of the vault are not where they are looked for, or cannot be used.
    case noVaultKeys = "no_vault_keys"
    /// The person's keys were destroyed: what was sealed under them is gone, and nothing is sealed anew.
    case erased = "subject_erased"
    /// A proof, checkpoint or signature does not show what it is to show.
    case notProven = "not_proven"
  }

  /// Which kind of failure; all that `==` looks at.
  package var code: Code
  /// The file concerned, relative to the ledger directory where it is inside.
  package var file: String?
  /// Lines of that file, from 1.
  package var lines: ClosedRange<Int64>?
  /// Offset in that file of the first byte concerned.
  package var byte: Int?
  /// What the operating system said.
  package var errno: Int32?
  /// Which event of a refused batch, from 0.
  package var index: Int?
  /// Whether a sync failed: after that nothing on the same disk can be promised.
  var isFailedSync = false
  /// What is wrong, for a person.
  package var detail: String

  /// A failure; what is not given is not known. `lines` from 1, `byte` and `index` from 0.
  package init(
    _ code: Code, _ detail: String, file: String? = nil, lines: ClosedRange<Int64>? = nil,
    byte: Int? = nil, errno: Int32? = nil, index: Int? = nil
  ) {
    self.code = code
    self.file = file
    self.lines = lines
    self.byte = byte
    self.errno = errno
    self.index = index
    self.detail = detail
  }
}

extension LogError: Equatable {
  package static func == (left: LogError, right: LogError) -> Bool {
    left.code == right.code
  }
}

extension LogError: CustomStringConvertible {
  /// One line: code, detail, then file, lines, byte and the system's words as far as known.
  package var description: String {
    var text = "\(code.rawValue): \(detail)"
    if let file { text += "; file \(file)" }
    if let lines {
      text +=
        lines.count == 1
        ? ", line \(lines.lowerBound)" : ", lines \(lines.lowerBound)–\(lines.upperBound)"
    }
    if let byte { text += ", byte \(byte)" }
    if let errno { text += " (\(ErrorNumber.text(errno)))" }
    return text
  }
}

extension SystemError {
  /// Whether there was no room for what the call was to make.
  var isDiskFull: Bool { number == ErrorNumber.noSpace || number == ErrorNumber.quota }

  /// Calls that change something whatever they are given.
  private static let changes: Set<String> = ["mkdir", "rename", "unlink", "rmdir", "chmod"]

  /// Whether the call was to change something where only reading is allowed.
  func isReadOnly(_ isWriting: Bool) -> Bool {
    if number == ErrorNumber.readOnly { return true }
    let isForbidden = number == ErrorNumber.notPermitted || number == ErrorNumber.notOwner
    return isForbidden && (isWriting || Self.changes.contains(call))
  }
}

extension LogError {
  /// A failed system call on `file`; `isWriting` where an opening was for writing.
  init(_ error: SystemError, _ file: String, isWriting: Bool = false) {
    let code: Code =
      if error.isDiskFull {
        .diskFull
      } else if error.isReadOnly(isWriting) {
        .readOnly
      } else {
        .io
      }
    self.init(code, "\(error.call) failed", file: file, errno: error.number)
    isFailedSync = ["fsync", "fdatasync", "syncfs"].contains(error.call)
  }
}

/// What a piece of reading gives; `nil` where damage keeps it from being known. A disk that fails is no
/// damage, and throws.
func unlessDamaged<Result>(
  _ reading: () throws(LogError) -> Result
) throws(LogError) -> Result? {
  do {
    return try reading()
  } catch {
    guard error.code == .damaged else { throw error }
    return nil
  }
}

/// What ends a pass over the log early: the log itself, or the closure that was given its events.
package enum PassError<Failure: Error>: Error {
  case log(LogError)
  case body(Failure)
}

extension PassError: Sendable where Failure: Sendable {}

/// Something an operator should hear of, although nothing was refused.
package struct LogNotice: Equatable, Sendable {
  /// The kinds of notice, with the names under which they are reported.
  package enum Kind: String, Sendable {
    /// Bytes after the last commit that never became a batch.
    case tornTail = "torn_tail"
    /// Zeros behind the log's end, which a writer that ended at once left: room for what would have come.
    case reserve
    /// Opening for writing moved a torn tail to `quarantine/`.
    case recovered
    /// Bytes past the durable size of a live writer.
    case inProgress = "in_progress"
    /// A derived file that no longer says what the log says.
    case stale
    /// Events that no checkpoint speaks of yet, or an anchor that is not there.
    case notCovered = "not_covered"
    /// Lines that could not be checked because of damage before them.
    case unchecked
    /// The ballast was missing, was given up, or stands again.
    case ballast
    /// The clock went back; events get the time of the last one until it has caught up.
    case clockBackwards = "clock_backwards"
    /// The durable size could not be written where readers look for it.
    case unpublished
    /// A finished segment that could not be made read-only.
    case writable
    /// The system did not lock the pages that keys are in: they may reach the swap.
    case keysNotLocked = "keys_not_locked"
    /// No checkpoint could be made or handed on, although there are events to be signed.
    case unsigned
  }

  /// What it is about.
  package var kind: Kind
  package var file: String
  package var detail: String

  /// A notice about `file`, relative to the ledger directory.
  package init(_ kind: Kind, _ file: String, _ detail: String) {
    self.kind = kind
    self.file = file
    self.detail = detail
  }
}

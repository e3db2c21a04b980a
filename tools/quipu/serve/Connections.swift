internal import Glibc
internal import Synchronization

/// A client's connection.
final class Connection: Sendable {
  /// The address it comes from.
  let peer: String
  /// Whether that is this machine.
  let isLoopback: Bool
  private let socket: Int32
  /// Whether it has asked something and is not answered yet.
  private let isAsking = Atomic(false)
  /// Since when it has had nothing to do, in milliseconds of the monotonic clock.
  private let idleSince = Atomic(MonotonicClock.milliseconds)
  /// Whether it is broken off to make room.
  private let isGivenUp = Atomic(false)
  /// When it is broken off unless something happens, in milliseconds of the monotonic clock.
  private let deadline: Atomic<Int64>

  init(_ peer: String, socket: Int32, seconds: Int64) {
    self.peer = peer
    isLoopback = Self.isLoopback(peer)
    self.socket = socket
    deadline = Atomic(MonotonicClock.milliseconds + seconds * 1_000)
  }

  /// Gives it so long for what it is at; ``ServiceLimits/never`` for as long as it takes.
  func allow(seconds: Int64) {
    let end =
      seconds == ServiceLimits.never
      ? ServiceLimits.never : MonotonicClock.milliseconds + seconds * 1_000
    deadline.store(end, ordering: .relaxed)
  }

  /// It begins to ask, or was answered.
  func asks(_ begins: Bool) {
    if !begins { idleSince.store(MonotonicClock.milliseconds, ordering: .relaxed) }
    isAsking.store(begins, ordering: .relaxed)
  }

  /// Whether its time is over.
  fileprivate func isOver(at now: Int64) -> Bool { deadline.load(ordering: .relaxed) < now }

  /// Whether nothing of a request has come.
  fileprivate var isIdle: Bool { !isAsking.load(ordering: .relaxed) }

  /// Since when nothing of a request has come; nil while one is answered, or where it is broken off already.
  fileprivate var idleStart: Int64? {
    guard isIdle, !isGivenUp.load(ordering: .relaxed) else { return nil }
    return idleSince.load(ordering: .relaxed)
  }

  /// Breaks it off to make room for another.
  fileprivate func giveUp() {
    isGivenUp.store(true, ordering: .relaxed)
    breakOff()
  }

  /// Whether it was, and is only still there because the library has not seen it yet.
  fileprivate var isLeaving: Bool { isGivenUp.load(ordering: .relaxed) }

  /// Breaks it off; the library finds it closed and forgets it.
  fileprivate func breakOff() { shutdown(socket, Int32(SHUT_RDWR)) }

  /// Whether an address is this machine's own.
  static func isLoopback(_ peer: String) -> Bool {
    peer.hasPrefix("127.") || peer == "::1" || peer.hasPrefix("::ffff:127.")
  }
}

/// All connections: how many there are, from where, and which of them have run out of time.
final class Connections: Sendable {
  private struct State {
    var open: [ObjectIdentifier: Connection] = [:]
    var ofAddress: [String: Int] = [:]
    var streams = 0
    /// Those broken off to make room that the library has not forgotten yet.
    var leaving = 0
    var bodyBytes = 0
    var isClosing = false
  }

  private let limits: ServiceLimits
  private let state = Mutex(State())

  init(_ limits: ServiceLimits) { self.limits = limits }

  /// How long a connection has had nothing to do before it makes room for another, in milliseconds.
  static let spareAfter: Int64 = 1_000

  /// Whether one more may come from an address.
  ///
  /// Where there are as many as there may be, the one that has been idle longest makes room: whoever
  /// keeps connections open and asks nothing keeps nobody out. Those that are asking, or were a moment
  /// ago, stay. Finding it takes O(connections), with all of them taken alone.
  func mayOpen(
    from peer: String, now: Int64 = MonotonicClock.milliseconds
  ) -> Bool {
    let isLoopback = Connection.isLoopback(peer)
    return state.withLock { state in
      guard !state.isClosing,
        isLoopback || state.ofAddress[peer, default: 0] < limits.connectionsPerAddress
      else { return false }
      if state.open.count - state.streams - state.leaving < limits.connections { return true }
      var spare: (connection: Connection, since: Int64)?
      for connection in state.open.values {
        guard let since = connection.idleStart, since <= now - Self.spareAfter,
          since < spare?.since ?? .max
        else { continue }
        spare = (connection, since)
      }
      guard let spare else { return false }
      spare.connection.giveUp()
      state.leaving += 1
      return true
    }
  }

  func opened(_ connection: Connection) {
    state.withLock { state in
      state.open[ObjectIdentifier(connection)] = connection
      state.ofAddress[connection.peer, default: 0] += 1
    }
  }

  func closed(_ connection: Connection) {
    state.withLock { state in
      state.open[ObjectIdentifier(connection)] = nil
      if connection.isLeaving { state.leaving -= 1 }
      let rest = state.ofAddress[connection.peer, default: 1] - 1
      state.ofAddress[connection.peer] = rest > 0 ? rest : nil
    }
  }

  /// Takes room for a stream; false where there are as many as there may be.
  func beginStream() -> Bool {
    state.withLock { state in
      guard state.streams < limits.streams else { return false }
      state.streams += 1
      return true
    }
  }

  func endStream() { state.withLock { $0.streams -= 1 } }

  /// Takes room for a body, or for more of one; false where all bodies together have none left.
  func reserve(bytes: Int) -> Bool {
    guard bytes > 0 else { return true }
    return state.withLock { state in
      guard state.bodyBytes + bytes <= limits.bodyBytesTogether else { return false }
      state.bodyBytes += bytes
      return true
    }
  }

  func release(bytes: Int) {
    guard bytes > 0 else { return }
    state.withLock { $0.bodyBytes -= bytes }
  }

  /// Breaks off what has run out of time.
  ///
  /// Under the lock that ``closed(_:)`` takes before the library closes the socket: its number cannot
  /// have become another's meanwhile.
  func breakOffOverdue() {
    let now = MonotonicClock.milliseconds
    state.withLock { state in
      for connection in state.open.values where connection.isOver(at: now) {
        connection.breakOff()
      }
    }
  }

  /// From now on no more are let in, and those that wait for a request are broken off.
  func close() {
    state.withLock { state in
      state.isClosing = true
      for connection in state.open.values where connection.isIdle { connection.breakOff() }
    }
  }

  /// Breaks off all there are.
  func breakOffAll() {
    state.withLock { state in
      for connection in state.open.values { connection.breakOff() }
    }
  }

  var isClosing: Bool { state.withLock { $0.isClosing } }

  /// How many there are, those that are streams, and the bytes of bodies being received.
  var counts: (open: Int, streams: Int, bodyBytes: Int) {
    state.withLock { ($0.open.count, $0.streams, $0.bodyBytes) }
  }
}

/// A clock that never goes back.
enum MonotonicClock {
  /// Milliseconds since some moment.
  static var milliseconds: Int64 { microseconds / 1_000 }

  /// Microseconds since some moment.
  static var microseconds: Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
  }
}

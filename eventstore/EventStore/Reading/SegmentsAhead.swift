internal import Dispatch
internal import Synchronization

/// Segments loaded ahead of a pass by several threads: while one is being read from, those that follow
/// are hashed.
///
///     threads   load 1 ─► load 3 ─► …       at most `window` loaded or being loaded
///     the pass  load 0 ─► 0 ─► 1 ─► load 4 ─► 2 …    loads one itself rather than wait
///
/// What a pass gets does not depend on how many threads there are. Memory: a window of segments.
final class SegmentsAhead: Sendable {
  /// What loading came to.
  typealias Loaded = Result<SegmentLoad, LogError>

  private struct State {
    /// The place of the next segment that nobody has begun with.
    var next = 0
    /// What is loaded and was not asked for yet, by place.
    var loaded: [Int: Loaded] = [:]
    /// How many were begun with and not given back.
    var inUse = 0
    var isOver = false
    /// Memory of segments that were read.
    var spare: [SegmentLoad] = []
  }

  private let directory: LedgerDirectory
  private let ledger: String
  private let checking: HashChecking
  private let segments: ArraySlice<SegmentFile>
  private let window: Int
  private let state = Mutex(State())
  /// Rings for the pass when a segment is loaded.
  private let bell = DispatchSemaphore(value: 0)
  /// Rings for each thread when there is room, or nothing more to do.
  private let room = DispatchSemaphore(value: 0)
  private let threads: Int

  /// Begins to load segments, by `jobs` threads of which the caller is one.
  init(
    _ segments: ArraySlice<SegmentFile>, of directory: LedgerDirectory, ledger: String,
    _ checking: HashChecking, jobs: Int
  ) {
    (self.segments, self.directory, self.ledger, self.checking) =
      (segments, directory, ledger, checking)
    threads = min(jobs, segments.count) - 1
    window = threads + 2
    for _ in 0..<threads {
      DispatchQueue.global().async { [self] in work() }
    }
  }

  /// The segment at a place, from 0; asked for in order, each once.
  func load(_ place: Int) -> Loaded {
    while true {
      let (loaded, other) = state.withLock { state -> (Loaded?, (Int, SegmentLoad)?) in
        if let loaded = state.loaded.removeValue(forKey: place) { return (loaded, nil) }
        return (nil, begin(&state))
      }
      if let loaded { return loaded }
      if let (other, memory) = other {
        finish(other, read(other, into: memory))
      } else {
        bell.wait()
      }
    }
  }

  /// Takes the memory of a segment that was read to its end.
  func giveBack(_ segment: consuming SegmentLoad?) {
    let segment = segment
    state.withLock { state in
      state.inUse -= 1
      if let segment { state.spare.append(segment) }
    }
    room.signal()
  }

  /// Ends all loading: what was not asked for is dropped.
  func end() {
    state.withLock { $0.isOver = true }
    for _ in 0..<threads { room.signal() }
  }

  /// What one thread does.
  private func work() {
    while true {
      let (begun, isOver) = state.withLock { state in
        (begin(&state), state.isOver || state.next == segments.count)
      }
      if let (place, memory) = begun {
        finish(place, read(place, into: memory))
      } else if isOver {
        return
      } else {
        room.wait()
      }
    }
  }

  /// The next segment nobody has begun with, and memory for it, if there is room.
  private func begin(_ state: inout State) -> (Int, SegmentLoad)? {
    guard !state.isOver, state.next < segments.count, state.inUse < window else { return nil }
    defer { state.next += 1 }
    state.inUse += 1
    return (state.next, state.spare.popLast() ?? SegmentLoad(ledger: ledger, checking: checking))
  }

  private func read(_ place: Int, into memory: consuming SegmentLoad) -> Loaded {
    var memory = memory
    var scanner = LineScanner()
    do throws(LogError) {
      let segment = segments[segments.startIndex + place]
      try memory.load(segment, in: directory, ledger, checking, with: &scanner)
      return .success(memory)
    } catch {
      return .failure(error)
    }
  }

  private func finish(_ place: Int, _ loaded: Loaded) {
    state.withLock { $0.loaded[place] = loaded }
    bell.signal()
  }
}

/// A file: its bytes as processes see them, and as they would be after a power cut.
struct SimulatedFile {
  static let sector = 512

  var cached: [UInt8] = []
  private(set) var durable: [UInt8] = []
  /// Sectors written since the last sync, or thought to be.
  private var dirty: Set<Int> = []
  /// Of those, the ones that the device will put elsewhere.
  private var astray: Set<Int> = []
  /// Whether the length was changed since the last sync, or is thought to be.
  private var isLengthDirty = false

  init() {}

  init(durable bytes: [UInt8]) {
    cached = bytes
    durable = bytes
  }

  mutating func write(_ bytes: [UInt8], at offset: Int) {
    if bytes.isEmpty { return }
    let end = offset + bytes.count
    if end > cached.count {
      cached += [UInt8](repeating: 0, count: end - cached.count)
    }
    // After a failed sync the disk may have less than the cache, which counts as clean.
    if end > durable.count { isLengthDirty = true }
    cached.replaceSubrange(offset..<end, with: bytes)
    dirty.formUnion(offset / Self.sector...(end - 1) / Self.sector)
  }

  mutating func truncate(to size: Int) {
    if size < cached.count {
      cached.removeSubrange(size...)
      // What is written there later begins from zeros.
      dirty.formUnion(size / Self.sector...(max(durable.count, size + 1) - 1) / Self.sector)
    } else {
      cached += [UInt8](repeating: 0, count: size - cached.count)
    }
    isLengthDirty = true
  }

  /// Makes all that is cached durable but the sectors that go astray, which it gives back.
  mutating func sync() -> [[UInt8]] {
    if isLengthDirty { resize(to: cached.count) }
    var strays: [[UInt8]] = []
    for number in dirty.sorted() {
      let start = number * Self.sector
      let end = min(start + Self.sector, cached.count)
      guard start < end else { continue }
      if astray.contains(number) {
        strays.append(Array(cached[start..<end]))
      } else {
        durable.replaceSubrange(start..<end, with: cached[start..<end])
      }
    }
    markClean()
    return strays
  }

  /// Lets the device lose its way with one of the sectors of a write.
  mutating func misdirect(_ offset: Int, _ count: Int, _ generator: inout SeededGenerator) {
    if count == 0 { return }
    astray.insert(
      Int.random(
        in: offset / Self.sector...(offset + count - 1) / Self.sector, using: &generator))
  }

  /// Puts bytes on the device that the cache knows nothing of.
  mutating func overwriteDurable(_ sector: Int, _ bytes: [UInt8]) {
    let start = sector * Self.sector
    let end = min(start + bytes.count, durable.count)
    if start < end { durable.replaceSubrange(start..<end, with: bytes.prefix(end - start)) }
  }

  /// How many sectors, or lengths, no sync has made durable.
  var unsynced: Int { dirty.count + (isLengthDirty ? 1 : 0) }

  /// A sync that failed: nothing was written, and nobody will try again.
  mutating func markClean() {
    dirty = []
    astray = []
    isLengthDirty = false
  }

  /// Drops what the cache holds and the disk does not, where it counts as clean.
  mutating func forgetClean() {
    if dirty.isEmpty && !isLengthDirty { cached = durable }
  }

  /// What is left after a power cut: every part that was not synced has its own fate, or all the one
  /// that is given.
  mutating func cutPower(
    _ fate: SimulatedDisk.Fate?, _ generator: inout SeededGenerator,
    _ losses: inout SimulatedLosses
  ) {
    if isLengthDirty { settleLength(fate, &generator, &losses) }
    // Mostly one kind of fate for all sectors, sometimes a mixture.
    let common = fate ?? Self.anyFate(&generator)
    let isMixed = fate == nil && generator.once(in: 4)
    for number in dirty.sorted() {
      switch isMixed ? Self.anyFate(&generator) : common {
      case .lost: losses.sectorsLost += 1
      case .kept: replace(number) { $0 }
      case .torn:  // devices write words, not bytes
        let kept = Int.random(in: 0..<Self.sector / 8, using: &generator) * 8
        replace(number) { Array($0.prefix(kept)) }
        losses.sectorsTorn += 1
      case .zeroed:
        replace(number) { [UInt8](repeating: 0, count: $0.count) }
        losses.sectorsZeroed += 1
      }
    }
    cached = durable
    markClean()
  }

  private static func anyFate(_ generator: inout SeededGenerator) -> SimulatedDisk.Fate {
    SimulatedDisk.Fate.allCases.randomElement(using: &generator) ?? .lost
  }

  private mutating func settleLength(
    _ fate: SimulatedDisk.Fate?, _ generator: inout SeededGenerator,
    _ losses: inout SimulatedLosses
  ) {
    let (low, high) = (min(durable.count, cached.count), max(durable.count, cached.count))
    switch fate {
    case .lost: break
    case .some: resize(to: cached.count)
    case nil:
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: break
      case 1: resize(to: Int.random(in: low...high, using: &generator))
      default: resize(to: cached.count)
      }
    }
    if durable.count > cached.count { losses.truncationsUndone += 1 }
    if durable.count < cached.count { losses.growthsUndone += 1 }
  }

  private mutating func resize(to size: Int) {
    if size < durable.count {
      durable.removeSubrange(size...)
    } else {
      durable += [UInt8](repeating: 0, count: size - durable.count)
    }
  }

  /// Puts part of a cached sector on the disk, as far as the disk's length goes. Bytes that are there
  /// already with the same value are written over by the same value whatever happens: a device that
  /// loses what it has promised is beyond any log.
  private mutating func replace(_ number: Int, _ part: ([UInt8]) -> [UInt8]) {
    let start = number * Self.sector
    let end = min(start + Self.sector, cached.count)
    guard start < end else { return }
    let new = part(Array(cached[start..<end]))
    var index = start
    while index < min(start + new.count, durable.count) {
      if durable[index] != cached[index] { durable[index] = new[index - start] }
      index += 1
    }
  }
}

/// A directory: its entries as processes see them, and the changes no sync has made durable yet.
struct SimulatedDirectory {
  enum Change {
    case put(String, Int)
    case take(String)
    case rename(String, String)
  }

  private(set) var cached: [String: Int] = [:]
  private var durable: [String: Int] = [:]
  private var pending: [Change] = []

  mutating func change(_ change: Change) {
    Self.apply(change, &cached)
    pending.append(change)
  }

  mutating func sync() {
    durable = cached
    pending = []
  }

  /// A file system's journal keeps its order: some first changes survive, the rest never were.
  mutating func cutPower(
    _ fate: SimulatedDisk.Fate?, _ generator: inout SeededGenerator,
    _ losses: inout SimulatedLosses
  ) {
    let count: Int =
      switch fate {
      case .lost: 0
      case .kept: pending.count
      default: Int.random(in: 0...pending.count, using: &generator)
      }
    for change in pending.prefix(count) { Self.apply(change, &durable) }
    for change in pending.dropFirst(count) {
      if case .rename = change { losses.renamesUndone += 1 } else { losses.namesUndone += 1 }
    }
    cached = durable
    pending = []
  }

  private static func apply(_ change: Change, _ entries: inout [String: Int]) {
    switch change {
    case .put(let name, let node): entries[name] = node
    case .take(let name): entries[name] = nil
    case .rename(let name, let other):
      entries[other] = entries[name]
      entries[name] = nil
    }
  }
}

/// Which event may have an idempotency key: 64-bit fingerprints, no key is kept.
///
/// Open addressing with linear probing. A fingerprint that is found must be confirmed by reading the
/// line; the hash is seeded by the process, so that nobody can choose keys that collide. 16 bytes a
/// slot, at most three quarters of them in use; O(1) on average.
struct KeyTable {
  private struct Slot {
    var fingerprint: UInt64
    /// −1 in a free slot.
    var seq: Int64
  }

  private var slots: [Slot]
  private(set) var count = 0

  init(minimumCapacity: Int = 1024) {
    var capacity = 1024
    while capacity / 4 * 3 < minimumCapacity { capacity *= 2 }
    slots = Self.free(capacity)
  }

  /// The fingerprint of a key's bytes, the same throughout this process.
  static func fingerprint(_ key: Span<UInt8>) -> UInt64 {
    var hasher = Hasher()
    unsafe key.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    return UInt64(bitPattern: Int64(hasher.finalize()))
  }

  /// Adds an event; says whether its fingerprint was there already.
  mutating func insert(_ fingerprint: UInt64, _ seq: Int64) -> Bool {
    if count >= slots.count / 4 * 3 { grow() }
    let wasThere = Self.place(Slot(fingerprint: fingerprint, seq: seq), in: &slots)
    count += 1
    return wasThere
  }

  /// The first event with the fingerprint for which `isIt` says yes.
  func first<E: Error>(
    _ fingerprint: UInt64, where isIt: (Int64) throws(E) -> Bool
  ) throws(E) -> Int64? {
    let mask = slots.count - 1
    var index = Int(truncatingIfNeeded: fingerprint) & mask
    while slots[index].seq >= 0 {
      if slots[index].fingerprint == fingerprint, try isIt(slots[index].seq) {
        return slots[index].seq
      }
      index = (index + 1) & mask
    }
    return nil
  }

  private mutating func grow() {
    var larger = Self.free(slots.count * 2)
    for slot in slots where slot.seq >= 0 { _ = Self.place(slot, in: &larger) }
    slots = larger
  }

  private static func free(_ capacity: Int) -> [Slot] {
    [Slot](repeating: Slot(fingerprint: 0, seq: -1), count: capacity)
  }

  private static func place(_ slot: Slot, in slots: inout [Slot]) -> Bool {
    let mask = slots.count - 1
    var index = Int(truncatingIfNeeded: slot.fingerprint) & mask
    var wasThere = false
    while slots[index].seq >= 0 {
      if slots[index].fingerprint == slot.fingerprint { wasThere = true }
      index = (index + 1) & mask
    }
    slots[index] = slot
    return wasThere
  }
}

import EventStore
import Support
import Testing

/// What is done to one call of a life.
enum FaultKind: String, CaseIterable, CustomTestStringConvertible {
  /// The call fails: the device, no room, a signal before it did anything.
  case io, noSpace, interrupted
  /// A read or write that stops after one byte.
  case short
  /// A sync fails, and its pages count as clean although the device has not got them.
  case lyingCache
  /// The process ends before a change, or right after it.
  case endedBefore, endedAfter
  /// The power goes in a change, and what was not synced has one fate, or each part its own.
  case lost, kept, torn, zeroed, mixed
  /// A write is put where it does not belong.
  case astray

  var testDescription: String { rawValue }

  /// What makes it happen at the so-manieth call that it can happen to, from 1.
  func faults(at call: Int) -> SimulatedDisk.Faults {
    var faults = SimulatedDisk.Faults()
    switch self {
    case .io: faults.failure = .init(after: call, number: ErrorNumber.io)
    case .noSpace: faults.failure = .init(after: call, number: ErrorNumber.noSpace)
    case .interrupted: faults.failure = .init(after: call, number: ErrorNumber.interrupted)
    case .short: faults.failure = .init(after: call, number: nil)
    case .lyingCache: faults.syncFailureIn = call
    case .astray: faults.misdirectedWriteIn = call
    case .endedBefore, .endedAfter:
      faults.powerCutIn = call
      faults.losesNothing = true
      faults.fate = self == .endedBefore ? .lost : .kept
    case .lost, .kept, .torn, .zeroed, .mixed:
      faults.powerCutIn = call
      faults.fate =
        switch self {
        case .lost: .lost
        case .kept: .kept
        case .torn: .torn
        case .zeroed: .zeroed
        default: nil
        }
    }
    return faults
  }

  /// Whether it happened in the life whose faults are these now.
  func happened(on disk: SimulatedDisk) -> Bool {
    let left = disk.faults
    return !disk.hasPower
      || left.failure == nil && left.syncFailureIn == nil && left.misdirectedWriteIn == nil
        && left.powerCutIn == nil
  }

  /// How many calls of a whole life it can happen to; `nil` where the disk does not count them.
  func places(in life: FixedLife) -> Int? {
    switch self {
    case .io, .interrupted: life.disk.calls - life.calls
    case .noSpace, .short: nil
    case .lyingCache: life.disk.syncs - life.syncs
    case .astray: life.disk.writes - life.writes
    default: life.disk.changes - life.changes
    }
  }

  /// Whether the life must not notice it.
  var isHarmless: Bool { self == .interrupted || self == .short }

  /// What it must have cost the disk's users, all lives together.
  func cost(_ losses: SimulatedLosses) -> [Int] {
    switch self {
    case .lyingCache: [losses.pages]
    case .lost:
      [
        losses.sectorsLost, losses.growthsUndone, losses.truncationsUndone, losses.renamesUndone,
        losses.namesUndone,
      ]
    case .torn: [losses.sectorsTorn, losses.renamesUndone]
    case .zeroed: [losses.sectorsZeroed]
    case .mixed: [losses.sectorsLost, losses.sectorsTorn, losses.sectorsZeroed]
    case .astray: [losses.strays]
    default: []
    }
  }
}

/// Each kind of fault at every call of one small life, one after the other: none is left to luck.
@Suite struct FaultEnumerationTests {
  @Test(arguments: FaultKind.allCases) func everyCallOfALife(_ kind: FaultKind) throws {
    var whole = FixedLife()
    try whole.live()
    let places = kind.places(in: whole)
    whole.mustGoOn()
    try #require(whole.broken == [])
    var (tried, failed, found) = (0, 0, 0)
    var losses = SimulatedLosses()
    while true {
      var life = FixedLife()
      life.disk.faults = kind.faults(at: tried + 1)
      do throws(LogError) {
        try life.live()
      } catch {
        failed += 1
        if kind.isHarmless { life.broken.append("it was noticed: \(error)") }
      }
      guard kind.happened(on: life.disk) else { break }
      tried += 1
      losses.add(life.disk.losses)
      if kind == .astray {
        found += try life.judgeStray() ? 1 : 0
      } else {
        life.mustGoOn()
      }
      #expect(life.broken == [], "\(kind) at call \(tried)")
      if !life.broken.isEmpty { break }
    }
    let told = kind == .astray ? ", \(found) found or told of" : ""
    print("\(kind.rawValue): \(tried) calls, \(failed) lives cut short\(told) \(losses)")
    #expect(tried > 20)
    #expect(places == nil || places == tried, "one fault for each call")
    #expect(kind.isHarmless || kind == .astray || failed > tried / 4)
    #expect(kind != .astray || found > tried / 10)
    #expect(kind.cost(losses).allSatisfy { $0 > 0 })
  }
}

import Foundation

/// The seed of a randomised test: `QUIPU_SEED`, or a fresh one; printed either way.
func seed(of test: String = #function) -> UInt64 {
  let given = ProcessInfo.processInfo.environment["QUIPU_SEED"].flatMap { UInt64($0) }
  let seed = given ?? UInt64.random(in: 0..<1 << 32)
  print("\(test): QUIPU_SEED=\(seed)")
  return seed
}

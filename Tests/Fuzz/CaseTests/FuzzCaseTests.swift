import FuzzTargets
import Testing

/// Every input that is kept under `Tests/Fuzz/Cases`: the seeds, and what the fuzzer once broke.
@Suite struct FuzzCaseTests {
  @Test(arguments: FuzzTarget.allCases) func everyKeptCaseHolds(target: FuzzTarget) throws {
    let cases = try target.cases()
    #expect(cases.count >= 5)
    for (name, bytes) in cases {
      #expect(throws: Never.self, "\(name)") { try target.run(bytes) }
    }
    print("\(target.rawValue): \(cases.count) cases")
  }
}

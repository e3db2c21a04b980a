// swift-tools-version: 6.2
import PackageDescription

/// Every target is compiled the same strict way: Swift 6 mode, memory safety spelled out, no warning left standing.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  // The log's hot path crosses four modules; this lets the compiler inline across them.
  .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

let package = Package(
  name: "quipu",
  products: [
    .executable(name: "quipu", targets: ["quipu"])
  ],
  dependencies: [],
  targets: [
    // System C libraries, each imported by one Swift file alone.
    .systemLibrary(name: "COpenSSL", path: "Sources/COpenSSL"),
    .systemLibrary(name: "CSQLite", path: "Sources/CSQLite"),
    .systemLibrary(name: "CGetopt", path: "Sources/CGetopt"),
    .systemLibrary(name: "CLinux", path: "Sources/CLinux"),
    .systemLibrary(name: "CZstd", path: "Sources/CZstd"),
    .systemLibrary(name: "CMicrohttpd", path: "Sources/CMicrohttpd"),
    .systemLibrary(name: "CNats", path: "Sources/CNats"),
    .systemLibrary(name: "CExpat", path: "Sources/CExpat"),

    // The rules: pure, no I/O, no clock, no floating point.
    .target(name: "CanonicalJSON", path: "Sources/CanonicalJSON", swiftSettings: strict),
    .target(
      name: "Collections", dependencies: ["CanonicalJSON"], path: "Sources/Collections",
      swiftSettings: strict),

    // Fits models from tables: the only rules with floating point, and whole numbers come out.
    .target(
      name: "Training", dependencies: ["CanonicalJSON", "Collections"], path: "Sources/Training",
      swiftSettings: strict),

    // The log, its readers, and the front door.
    .target(
      name: "EventStore", dependencies: ["CanonicalJSON", "COpenSSL", "CLinux", "CZstd"],
      path: "eventstore/EventStore", swiftSettings: strict),
    .target(
      name: "SQLite", dependencies: ["CSQLite"], path: "eventstore/SQLite", swiftSettings: strict),
    .target(
      name: "Vault", dependencies: ["CanonicalJSON", "EventStore", "SQLite"],
      path: "eventstore/Vault", swiftSettings: strict),
    // The log beyond one machine.
    .target(
      name: "Replication", dependencies: ["CanonicalJSON", "EventStore", "CNats"],
      path: "eventstore/Replication", swiftSettings: strict),
    .target(
      name: "Projections", dependencies: ["CanonicalJSON", "Collections", "EventStore", "SQLite"],
      path: "projections/Projections", swiftSettings: strict),
    .target(
      name: "Ledger",
      dependencies: ["CanonicalJSON", "Collections", "EventStore", "Projections", "Vault"],
      path: "Sources/Ledger", swiftSettings: strict),
    .executableTarget(
      name: "quipu",
      dependencies: [
        "CanonicalJSON", "Collections", "EventStore", "SQLite", "Vault", "Projections", "Ledger",
        "Training", "CGetopt", "CMicrohttpd", "CExpat", "Replication",
      ],
      path: "tools/quipu",
      resources: [
        .embedInCode("../mappings/bank-statement.json"), .embedInCode("../mappings/camt.json"),
        .embedInCode("../mappings/road-traffic-fines.json"),
        .embedInCode("../verify/evidence.py"), .embedInCode("../verify/verify_package.py"),
        .embedInCode("../policies/house.json"), .embedInCode("../policies/pe.json"),
        .embedInCode("../policies/uk-conc.json"), .embedInCode("../policies/us-regf.json"),
        .embedInCode("../policies/vulnerability.json"),
        .embedInCode("../strategies/pe-empathetic.json"),
        .embedInCode("../assistant/pe-messages.json"),
      ],
      swiftSettings: strict),

    // Times appends for tools/bench/run.
    .executableTarget(
      name: "AppendBench", dependencies: ["CanonicalJSON", "EventStore"],
      path: "tools/bench/append", swiftSettings: strict),
    // Times the state of an account after each event, for the same.
    .executableTarget(
      name: "AccountBench", dependencies: ["CanonicalJSON", "Collections"],
      path: "tools/bench/account", swiftSettings: strict),

    // Times replays, and fills the ledgers that are replayed, for the same.
    .executableTarget(
      name: "ReplayBench",
      dependencies: ["CanonicalJSON", "Collections", "EventStore", "Ledger", "Projections"],
      path: "tools/bench/replay", swiftSettings: strict),

    // Tests: a folder a module.
    .target(
      name: "Support", dependencies: ["CanonicalJSON", "Collections", "EventStore"],
      path: "Tests/Support", swiftSettings: strict),
    .testTarget(
      name: "CanonicalJSONTests", dependencies: ["CanonicalJSON", "Support"],
      path: "Tests/CanonicalJSONTests", swiftSettings: strict),
    .testTarget(
      name: "CollectionsTests", dependencies: ["Collections", "Support"],
      path: "Tests/CollectionsTests", swiftSettings: strict),
    .testTarget(
      name: "TrainingTests", dependencies: ["Training", "Collections", "Support"],
      path: "Tests/TrainingTests", swiftSettings: strict),
    .testTarget(
      name: "EventStoreTests", dependencies: ["EventStore", "Support"],
      path: "Tests/EventStoreTests", exclude: ["Golden"], swiftSettings: strict),
    .testTarget(
      name: "VaultTests", dependencies: ["Vault", "SQLite", "Support"], path: "Tests/VaultTests",
      swiftSettings: strict),
    .testTarget(
      name: "ProjectionsTests", dependencies: ["Projections", "Ledger", "SQLite", "Support"],
      path: "Tests/ProjectionsTests", swiftSettings: strict),
    .testTarget(
      name: "LedgerTests", dependencies: ["Ledger", "Vault", "Support"], path: "Tests/LedgerTests",
      swiftSettings: strict),
    .testTarget(
      name: "QuipuTests", dependencies: ["quipu", "Support"], path: "Tests/QuipuTests",
      exclude: ["Vulnerability"],
      swiftSettings: strict),
    .target(
      name: "FuzzTargets", dependencies: ["CanonicalJSON", "EventStore", "Ledger", "Support"],
      path: "Tests/Fuzz/Targets", swiftSettings: strict),
    .testTarget(
      name: "FuzzTests", dependencies: ["FuzzTargets"], path: "Tests/Fuzz/CaseTests",
      swiftSettings: strict),
  ]
)

// libFuzzer brings its own main, so this target only exists for Tests/Fuzz/run.
if Context.environment["QUIPU_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "FuzzDriver", dependencies: ["FuzzTargets"], path: "Tests/Fuzz/Driver",
      swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]))
}

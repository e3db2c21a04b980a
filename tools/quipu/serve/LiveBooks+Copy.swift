internal import Projections

extension LiveBooks {
  /// All projections as they are now, for work that needs them whole and takes long.
  ///
  /// The columns are shared until the ledger grows; then the ones that grow are copied once. Whoever
  /// keeps a copy keeps that memory: let go of it with the answer.
  func copy() -> ReadModel { read { copy $0 } }
}

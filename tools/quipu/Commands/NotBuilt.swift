extension Failure {
  /// What a declared command says until it has a body.
  static var notBuilt: Failure {
    Failure(
      .refused, "not_built", Text("this command is not built yet", "este comando aún no está hecho")
    )
  }
}

extension Command {
  static let verify = Command(
    "verify", Text("check every byte of the log", "revisar cada byte del registro"),
    details: Text(
      "Rebuilds every hash and names the file and lines of what does not agree. Changes nothing. "
        + "Exit status 1 means that something is wrong.",
      "Recalcula todos los resúmenes y nombra archivo y líneas de lo que no concuerda. No cambia "
        + "nada. El código de salida 1 significa que algo está mal."),
    examples: [
      Example("quipu verify --json", Text("the findings as JSON", "los hallazgos en JSON"))
    ]
  ) { _ in throw Failure.notBuilt }
}

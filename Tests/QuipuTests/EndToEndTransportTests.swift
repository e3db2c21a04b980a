import Testing

/// What browsers are told about the way that answers come by.
@Suite struct EndToEndTransportTests {
  @Test(
    "where the service speaks TLS itself, and there alone, browsers are told to come by TLS",
    arguments: [
      ("--tls-certificate c.pem --tls-key k.pem", true), ("--behind-tls-proxy", false), ("", false),
    ])
  func strictTransport(_ options: String, _ isTold: Bool) throws {
    let ledger = try TemporaryLedger()
    guard try ledger.bash("command -v openssl").exit == 0 else {
      print("openssl is not installed: TLS was not tried")
      return
    }
    let run = try ledger.bash(
      """
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \\
        -subj /CN=localhost -keyout k.pem -out c.pem 2> /dev/null
      "$quipu" serve --listen 127.0.0.1:0 --portal 127.0.0.1:0 --portal-lender L --json \(options) \\
        > served 2> errors &
      service=$!
      trap 'kill $service; wait $service' EXIT
      for try in {1..300}; do grep -q http served && break; sleep 0.1; done
      addresses=$(grep -o 'https\\?://[0-9.:]*' served)
      for address in $addresses; do
        for path in /healthz /console /nowhere /; do
          curl -sk -o /dev/null -D - "$address$path" | tr -d '\\r'
        done
      done
      cat errors >&2
      """)
    let lines = run.output.split(separator: "\n")
    let answers = lines.count { $0.hasPrefix("HTTP/") }
    #expect(answers == 8, "\(run.output) \(run.errors)")
    let told = lines.count { $0.lowercased() == "strict-transport-security: max-age=31536000" }
    #expect(told == (isTold ? answers : 0), "\(run.output)")
  }
}

import FuzzTargets
import Glibc

/// libFuzzer's own loop; the package manager gives the program another entry than the `main` that
/// libFuzzer brings.
@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ testOneInput: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// Which target the fuzzer's bytes go to: `QUIPU_FUZZ_TARGET` names it.
private let target: FuzzTarget = {
  let name = unsafe getenv("QUIPU_FUZZ_TARGET").map { unsafe String(cString: $0) } ?? ""
  guard let target = FuzzTarget(rawValue: name) else {
    preconditionFailure("QUIPU_FUZZ_TARGET is not one of \(FuzzTarget.allCases)")
  }
  return target
}()

/// What libFuzzer calls with each input; its own main, though replaced, wants it under this name.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = unsafe UnsafeBufferPointer(start: start, count: count)
  do {
    try unsafe target.run(Array(bytes))
  } catch {
    print("BROKEN: \(error)")
    fflush(nil)
    abort()
  }
  return 0
}

@main enum Driver {
  static func main() {
    var count = CommandLine.argc
    var arguments = unsafe CommandLine.unsafeArgv
    exit(unsafe runFuzzer(&count, &arguments, testOneInput))
  }
}

internal import Collections
internal import EventStore
internal import Glibc
internal import Ledger

/// One line of `doctor`: what was looked at, how it is, and what to do.
struct DoctorLine {
  /// The stable name for programs.
  let check: String
  let name: Text
  let state: Doctor.State
  let text: Text

  init(_ check: String, _ name: Text, _ state: Doctor.State, _ text: Text) {
    self.check = check
    self.name = name
    self.state = state
    self.text = text
  }
}

/// What `doctor` looks at besides the ledger's files: the machine, and who may do what.
enum DoctorMachine {
  /// How many syncs are timed: few, for a worn disk takes a second for them.
  private static let syncs = 15

  /// The machine as it is for any ledger.
  static func machine() -> [DoctorLine] {
    [clock(), openFiles()]
  }

  /// The machine as it is for one ledger, and who has access to it.
  static func around(_ directory: String, now: Instant) throws -> [DoctorLine] {
    let identity = try LedgerIdentity.read(directory: directory)
    var lines = [zone(identity.timeZone)]
    if let line = sync(in: directory) { lines.append(line) }
    return lines + access(try IdentityList(of: directory).identities, now)
  }

  private static func clock() -> DoctorLine {
    let name = Text("time service", "servicio de hora")
    return SystemDisk.clockIsKept
      ? DoctorLine(
        "time", name, .ok, Text("the clock is kept by one", "el reloj se ajusta con uno"))
      : DoctorLine(
        "time", name, .warn,
        Text(
          "nothing keeps the clock right, and events bear its time: start systemd-timesyncd or chrony",
          "nada ajusta el reloj, y los eventos llevan su hora: inicie systemd-timesyncd o chrony"))
  }

  private static func openFiles() -> DoctorLine {
    var limit = rlimit()
    unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    let name = Text("open files", "archivos abiertos")
    let soft = Int64(clamping: limit.rlim_cur)
    return soft >= 4096
      ? DoctorLine(
        "files", name, .ok, Text("up to \(grouped(soft))", "hasta \(grouped(soft))"))
      : DoctorLine(
        "files", name, .warn,
        Text(
          "at most \(grouped(soft)): few for a service; `ulimit -n 65536`, or LimitNOFILE= in its unit",
          "a lo más \(grouped(soft)): pocos para un servicio; `ulimit -n 65536` o LimitNOFILE= en su "
            + "unidad"))
  }

  private static func zone(_ zone: String) -> DoctorLine {
    let name = Text("time zone", "zona horaria")
    return WallClock.isZone(zone)
      ? DoctorLine("zone", name, .ok, Text("\(zone) is known", "se conoce \(zone)"))
      : DoctorLine(
        "zone", name, .bad,
        Text(
          "this machine does not know \(zone): install tzdata",
          "esta máquina no conoce \(zone): instale tzdata"))
  }

  /// How long a durable write takes where the ledger is, on a file that has no name any more; nil
  /// where nothing may be written.
  private static func sync(in directory: String) -> DoctorLine? {
    let path = "\(directory)/.doctor-\(getpid())"
    let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else { return nil }
    unsafe unlink(path)
    defer { close(file) }
    let block = [UInt8](repeating: 0x51, count: 4096)
    var times: [Duration] = []
    for _ in 0..<syncs {
      let begun = ContinuousClock.now
      guard writeAll(block, to: file) == 0, fdatasync(file) == 0 else { return nil }
      times.append(ContinuousClock.now - begun)
    }
    let median = times.sorted()[times.count / 2]
    let microseconds = max(
      1,
      median.components.seconds * 1_000_000
        + median.components.attoseconds / 1_000_000_000_000)
    let name = Text("sync", "sincronización")
    let rate = grouped(1_000_000 / microseconds)
    let milliseconds = "\(microseconds / 1000).\(microseconds % 1000 / 100)"
    let speed = Text(
      "\(milliseconds) ms each, \(rate) a second",
      "\(milliseconds) ms cada una, \(rate) por segundo")
    return microseconds <= 25_000
      ? DoctorLine("sync", name, .ok, speed)
      : DoctorLine(
        "sync", name, .warn,
        speed
          + Text(
            ": slow for a ledger; record in batches, or use a faster disk",
            ": lento para un libro; registre por lotes o use un disco más rápido"))
  }

  /// Who may do what: nobody yet, or who has a token that never ends.
  private static func access(_ identities: [Identity], _ now: Instant) -> [DoctorLine] {
    let name = Text("access", "accesos")
    let valid = identities.filter { $0.isValid(at: now) }
    guard !valid.isEmpty else {
      return [
        DoctorLine(
          "access", name, .warn,
          Text(
            "no identity yet: `quipu identity add NAME --role admin --save`",
            "aún no hay identidades: `quipu identity add NOMBRE --role admin --save`"))
      ]
    }
    let endless = valid.filter { $0.kind == .service && $0.expires == nil }.map(\.name)
    guard endless.isEmpty else {
      let names = endless.joined(separator: ", ")
      return [
        DoctorLine(
          "access", name, .warn,
          Text(
            "tokens that never end: \(names); `quipu token revoke`, then add with --expires",
            "claves que nunca vencen: \(names); `quipu token revoke` y luego add con --expires"))
      ]
    }
    let people = Int64(valid.count { $0.kind == .person })
    return [
      DoctorLine(
        "access", name, .ok,
        counted(people, Text("person", "persona"), Text("people", "personas"))
          + Text(same: ", ")
          + counted(
            Int64(valid.count) - people, Text("program", "programa"), Text("programs", "programas"))
      )
    ]
  }
}

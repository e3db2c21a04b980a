extension SpanishExpectations {
  /// What the log refuses with day by day, and what would have been right.
  static let log: [(String, String)] = [
    ("there is no ledger here", "aquí no hay ningún libro"),
    ("there is no backup here", "aquí no hay ninguna copia"),
    ("there is a ledger here already", "aquí ya hay un libro"),
    ("there is something here already", "aquí ya hay algo"),
    ("it is not an empty directory", "no es un directorio vacío"),
    ("it holds other things than a backup", "contiene otras cosas que una copia"),
    (
      "there is a ledger here that is no replica, and it is left as it is",
      "aquí hay un libro que no es una réplica, y se deja como está"
    ),
    ("another process writes to this ledger", "otro proceso escribe en este libro"),
    ("a writer is still opening this ledger", "otro proceso todavía está abriendo este libro"),
    ("another process archives this ledger", "otro proceso archiva este libro"),
    ("another process restores a backup here", "otro proceso restaura aquí una copia"),
    ("another backup is being made there", "ahí se está haciendo otra copia"),
    (
      "the ledger is a replica of the stream *, and only `quipu follow` writes it",
      "el libro es una réplica del flujo *, y solo `quipu follow` escribe en él"
    ),
    (
      "the ledger is on NFS, where neither locks nor syncs can be relied on",
      "el libro está en NFS, donde no se puede confiar en cerrojos ni en sincronizaciones"
    ),
    ("there is no event *; the log has *", "no hay evento *; el registro tiene *"),
    ("the signing key is not there", "la clave de firma no está"),
    (
      "the signing key can be read by others: its mode must be 0600",
      "otros pueden leer la clave de firma: su modo debe ser 0600"
    ),
    ("the master key is not there", "la clave maestra no está"),
    (
      "a ledger, as `quipu init --ledger DIR` makes it",
      "un libro, como lo hace `quipu init --ledger DIR`"
    ),
    ("a backup, as `quipu backup DIR` makes it", "una copia, como la hace `quipu backup DIR`"),
    ("a replica, as `quipu follow` makes it", "una réplica, como la hace `quipu follow`"),
    (
      "a directory that is empty or not there yet",
      "un directorio vacío o que todavía no existe"
    ),
    (
      "the other one to end: a service takes events by POST /v1/events, all else waits for it to stop",
      "que termine el otro: un servicio recibe eventos por POST /v1/events, lo demás espera a que pare"
    ),
    (
      "a local disk, or QUIPU_ALLOW_NFS=1 at your own risk",
      "un disco local, o QUIPU_ALLOW_NFS=1 por cuenta y riesgo de usted"
    ),
    (
      "a primary; `quipu promote` makes one of a replica",
      "un libro principal; `quipu promote` lo hace de una réplica"
    ),
    (
      "room on the disk; recording goes on by itself then",
      "espacio en el disco; entonces se sigue registrando solo"
    ),
  ]
}

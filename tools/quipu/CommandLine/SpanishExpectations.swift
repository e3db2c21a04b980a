/// What refusals say they expected, and why the log refuses, in Spanish.
///
/// The modules below speak English, as programs read it; a person who asked for Spanish is answered in
/// Spanish. A `*` stands for what differs from case to case, and is itself looked up.
enum SpanishExpectations {
  /// The sentence in Spanish; as it is where the table has none.
  ///
  /// Linear in the number of templates: it is asked once a failure.
  static func spanish(_ english: String) -> String {
    for (template, spanish) in templates {
      guard let parts = parts(of: english, by: template) else { continue }
      var text = ""
      for (place, piece) in spanish.split(separator: "*", omittingEmptySubsequences: false)
        .enumerated()
      {
        if place > 0 { text += Self.spanish(parts[place - 1]) }
        text += piece
      }
      return text
    }
    return english
  }

  /// What stands for each `*` of a template in a text; nil where it has another form.
  static func parts(of text: String, by template: String) -> [String]? {
    let pieces = template.split(separator: "*", omittingEmptySubsequences: false)
    guard pieces.count > 1 else { return text == template ? [] : nil }
    guard let first = pieces.first, let last = pieces.last, text.hasPrefix(first),
      text.hasSuffix(last), text.count >= first.count + last.count
    else { return nil }
    var rest = text.dropFirst(first.count).dropLast(last.count)
    var parts: [String] = []
    for piece in pieces.dropFirst().dropLast() {
      guard let found = rest.firstRange(of: piece) else { return nil }
      parts.append(String(rest[..<found.lowerBound]))
      rest = rest[found.upperBound...]
    }
    return parts + [String(rest)]
  }

  /// English and Spanish, the closer before the wider.
  static let templates: [(english: String, spanish: String)] = values + events + people + log

  /// The form of a value.
  private static let values: [(String, String)] = [
    (
      "a whole number of minor units from * to *", "un número entero de unidades mínimas de * a *"
    ),
    ("a whole number from * to *", "un número entero de * a *"),
    ("the sequence number of an event, from 0", "el número de secuencia de un evento, desde 0"),
    ("true or false", "true o false"),
    ("a date, YYYY-MM-DD", "una fecha, AAAA-MM-DD"),
    ("a civil date, YYYY-MM-DD", "una fecha civil, AAAA-MM-DD"),
    (
      "an instant in UTC with three decimals, such as *",
      "un instante en UTC con tres decimales, como *"
    ),
    ("an instant with its local offset, such as *", "un instante con su desfase local, como *"),
    ("a local time, HH:MM", "una hora local, HH:MM"),
    (
      "an id: 1 to 64 of A-Z a-z 0-9 . _ : -", "un identificador: de 1 a 64 de A-Z a-z 0-9 . _ : -"
    ),
    ("a text of 1 to * characters", "un texto de 1 a * caracteres"),
    (
      "a SHA-256 digest: 64 hexadecimal digits, lower case",
      "un resumen SHA-256: 64 dígitos hexadecimales en minúsculas"
    ),
    (
      "32 bytes in base64: 44 characters, the last one =",
      "32 bytes en base64: 44 caracteres, el último ="
    ),
    (
      "a key for signed notes: name+hash+base64",
      "una clave para notas firmadas: nombre+resumen+base64"
    ),
    (
      "an ISO 4217 code in use, such as PEN; did you mean *?",
      "un código ISO 4217 vigente, como PEN; ¿quiso decir *?"
    ),
    ("an ISO 4217 code in use, such as PEN", "un código ISO 4217 vigente, como PEN"),
    ("an ISO 3166-1 code, such as PE", "un código ISO 3166-1, como PE"),
    ("a list of * to * values, each *", "una lista de * a * valores, cada uno *"),
    ("*; did you mean *?", "*; ¿quiso decir *?"),
    ("one of *", "uno de estos: *"),
    ("no field", "ningún campo"),
    ("an object of the event's fields", "un objeto con los campos del evento"),
    ("an object of *", "un objeto de *"),
    ("an object", "un objeto"),
    ("a JSON object", "un objeto JSON"),
    (
      "one JSON object in UTF-8, its numbers whole and within ±(2^53 − 1)",
      "un objeto JSON en UTF-8, con números enteros dentro de ±(2^53 − 1)"
    ),
    ("a text", "un texto"),
    ("at most * bytes", "a lo más * bytes"),
    ("a value that stands once in the list", "un valor que esté una vez en la lista"),
    ("at least one of * above 0", "al menos uno de * mayor que 0"),
    ("* or *, not both", "* o *, no ambos"),
    ("a date not before *, *", "una fecha no anterior a *, *"),
    (
      "a few words without a person's name, number or address; those belong in sealed fields, such "
        + "as the notes of a ContactOutcome",
      "unas palabras sin nombre, número ni dirección de nadie; eso va en campos sellados, como las "
        + "notas de un ContactOutcome"
    ),
  ]

  /// What an event may say after those before it.
  private static let events: [(String, String)] = [
    ("the name of an event type", "el nombre de un tipo de evento"),
    ("*, the subject of the stream, or none", "*, la persona del flujo, o ninguna"),
    ("*, the id of the stream", "*, el identificador del flujo"),
    ("*, the effective date", "*, la fecha de efecto"),
    (
      "*, the day on which it is promised, or later", "*, el día en que se promete, o uno posterior"
    ),
    ("*, the account's currency", "*, la moneda de la cuenta"),
    ("*, the next position in *", "*, la siguiente posición en *"),
    ("*, the target's stream, or *", "*, el flujo del evento señalado, o *"),
    (
      "the event without it: personal data needs a vault",
      "el evento sin eso: los datos personales necesitan una bóveda"
    ),
    ("an event of at most * bytes", "un evento de a lo más * bytes"),
    ("an event that stands", "un evento que siga en pie"),
    (
      "any event but a void or one that the program records of itself",
      "cualquier evento menos una anulación o uno que el programa registra por sí mismo"
    ),
    (
      "an event of the business; the event store itself records this one",
      "un evento del negocio; este lo registra el propio almacén"
    ),
    (
      "an event of the business; this one is recorded by the command that does what it tells: *",
      "un evento del negocio; este lo registra el comando que hace lo que dice: *"
    ),
    (
      "the seq of an event recorded before, below *",
      "el seq de un evento ya registrado, menor que *"
    ),
    ("the seq of an event, below *", "el seq de un evento, menor que *"),
    (
      "the * first recorded under this key, or another key",
      "lo que se registró primero con esta clave (*), u otra clave"
    ),
    (
      "another key for the whole payment: a part's is made of it",
      "otra clave para el pago entero: la de cada parte se forma con ella"
    ),
    ("at most one day after today, *", "a lo más un día después de hoy, *"),
    ("on or after *, when the account opened", "desde el *, cuando se abrió la cuenta"),
    ("on or after the day promise * was made", "desde el día en que se hizo la promesa *"),
    (
      "an account opened by AccountOpened; money without one is recorded as *",
      "una cuenta abierta con AccountOpened; el dinero sin cuenta se registra como *"
    ),
    ("an account opened by AccountOpened", "una cuenta abierta con AccountOpened"),
    ("an account that is not open yet", "una cuenta que aún no esté abierta"),
    ("an account that is closed on *", "una cuenta cerrada el *"),
    ("an account that is not written off on *", "una cuenta que no esté castigada el *"),
    ("an account that is written off on *", "una cuenta castigada el *"),
    ("an account that has no payment of that id", "una cuenta sin un pago con ese identificador"),
    (
      "an account in the payment's currency; this one's is *",
      "una cuenta en la moneda del pago; la de esta es *"
    ),
    ("an account in the payment's currency, *", "una cuenta en la moneda del pago, *"),
    (
      "an account open on the payment's value date; this one opened on *",
      "una cuenta abierta en la fecha valor del pago; esta se abrió el *"
    ),
    (
      "payments, reopening and corrections only, on or after the closing",
      "solo pagos, reapertura y correcciones desde el cierre"
    ),
    ("a payment that is in force", "un pago vigente"),
    (
      "a payment recorded on portfolio/unidentified", "un pago registrado en portfolio/unidentified"
    ),
    (
      "a payment that waits; event * moved this one", "un pago en espera; el evento * movió este"
    ),
    ("a payment id that is new to *", "un identificador de pago nuevo en *"),
    (
      "each PaymentReceived that it was split into, one by one",
      "cada PaymentReceived en que se dividió, uno por uno"
    ),
    (
      "PaymentIdentified, event *, to be voided first",
      "que antes se anule PaymentIdentified, evento *"
    ),
    ("at most the payment, *, over all accounts", "a lo más el pago, *, entre todas las cuentas"),
    ("at most the credit on *, *", "a lo más el saldo a favor al *, *"),
    (
      "at most *, the last day of the promise's grace; after it a new promise",
      "a lo más el *, último día de gracia de la promesa; después, una promesa nueva"
    ),
    ("at most *, *", "a lo más *, *"),
    (
      "a promise that is not cancelled on *; else a new one",
      "una promesa no cancelada al *; si no, una nueva"
    ),
    ("the number of an item that stands on *", "el número de una cuota en pie al *"),
    ("a * recorded on this account", "un registro de esta cuenta: *"),
    ("a * id that is new to the account", "un identificador nuevo en la cuenta: *"),
    (
      "person: a sign of vulnerability stands until somebody has looked",
      "person: una señal de vulnerabilidad sigue en pie hasta que alguien la revise"
    ),
    ("a readable log", "un registro que se pueda leer"),
  ]

  /// Who may do what, and of whom.
  private static let people: [(String, String)] = [
    (
      "a name that `quipu * list` shows as valid",
      "un nombre que `quipu * list` muestre como vigente"
    ),
    ("a name that `quipu identity list` shows", "un nombre que `quipu identity list` muestre"),
    ("a name that nobody has", "un nombre que nadie tenga"),
    (
      "the token that `quipu identity add` gave for this name",
      "la clave que `quipu identity add` dio para este nombre"
    ),
    (
      "a token that `quipu token add` or `quipu identity add` gave",
      "una clave que haya dado `quipu token add` o `quipu identity add`"
    ),
    ("another identity: this one was revoked at *", "otra identidad: esta fue revocada el *"),
    ("a new token: this one expired at *", "una clave nueva: esta venció el *"),
    (
      "first a person who adds the others: *", "primero una persona que agregue a las demás: *"
    ),
    (
      "another role: only people add people, keep keys and approve",
      "otro rol: solo las personas agregan personas, guardan claves y aprueban"
    ),
    (
      "another admin to be added before the last one goes",
      "que se agregue otro admin antes de que se vaya el último"
    ),
    ("the persons he serves", "las personas a quienes atiende"),
    ("no persons: only an agent has some", "ninguna persona: solo un agente las tiene"),
    ("* to * requests a second", "de * a * pedidos por segundo"),
    ("1 to 64 letters, digits, dots, _, : and -", "de 1 a 64 letras, dígitos, puntos, _, : y -"),
    ("--approve-as a second person with role *", "--approve-as una segunda persona con rol *"),
    ("--as somebody with role * (*)", "--as alguien con rol * (*)"),
    (
      "what role * records; this is for * (*)",
      "lo que registra el rol *; esto es para * (*)"
    ),
    ("an id with a letter or a digit in it", "un identificador con alguna letra o cifra"),
    ("sums within ±(2^53 − 1) minor units", "sumas dentro de ±(2^53 − 1) unidades mínimas"),
    ("a second person with role *", "una segunda persona con rol *"),
    ("a second person, not * again", "una segunda persona, no * otra vez"),
    ("a second person, not the one who records it", "una segunda persona, no quien lo registra"),
    ("the id of a second person, who approved it", "el id de la segunda persona que lo aprobó"),
    (
      "* to show it by --approve-as, with role *", "que * lo muestre con --approve-as, con rol *"
    ),
    ("a person whom * serves, or role dpo", "una persona a quien * atiende, o el rol dpo"),
    (
      "the pseudonym of the person whose data * is",
      "el seudónimo de la persona a quien se refiere *"
    ),
    ("the pseudonym of a person of this ledger", "el seudónimo de una persona de este libro"),
    ("the pseudonym of a person", "el seudónimo de una persona"),
    (
      "a pseudonym, for ids are never encrypted; this one has the form of a *",
      "un seudónimo, pues los identificadores nunca se cifran; este tiene la forma de *"
    ),
    (
      "a person whose keys are there; these were destroyed by event *",
      "una persona cuyas claves estén; estas las destruyó el evento *"
    ),
    (
      "a person whose keys are there: these were destroyed on request",
      "una persona cuyas claves estén: estas se destruyeron a pedido"
    ),
    (
      "what the data is needed for, as an id such as access-request",
      "para qué se necesitan los datos, como un id: access-request"
    ),
    (
      "a document, a phone or an e-mail address", "un documento, un teléfono o un correo"
    ),
    (
      "an open request of hers for erasure, as `quipu requests` lists them; or none",
      "una solicitud suya de supresión abierta, como las lista `quipu requests`; o ninguna"
    ),
    (
      "no ground to keep the data: *; processing is blocked instead",
      "ningún motivo para conservar los datos: *; en su lugar se bloquea el tratamiento"
    ),
  ]
}

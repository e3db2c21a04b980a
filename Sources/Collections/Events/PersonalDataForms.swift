/// Whether a text that is to name no person has the form of something that does: an e-mail address, a
/// phone's or document's number, or a given name beside a family name.
///
/// Short texts in clear (a reason, a ground, a label) are kept beside pseudonyms for ever, and outlive an
/// erasure. A form cannot tell every name; it catches what people type without thinking:
///
/// - an `@` between two characters that are no spaces;
/// - 7 digits or more that only spaces, dots, hyphens and brackets part, unless they are a date
///   (`2026-03-02`, `02.03.2026`);
/// - two words side by side of which each begins with a capital and goes on in small letters, one of them a
///   given name or neither a word of the trade: `Juan Pérez`, but not `Gasto Notarial` nor, after a word of
///   a place, `San Juan` or `Calle Santa Rosa`.
///
/// O(length).
package func looksPersonal(_ text: String) -> Bool {
  let characters = Array(text)
  return hasAddress(characters) || hasLongNumber(characters) || hasFullName(characters)
}

private func hasAddress(_ text: [Character]) -> Bool {
  text.indices.contains { place in
    text[place] == "@" && place > 0 && place + 1 < text.count && !text[place - 1].isWhitespace
      && !text[place + 1].isWhitespace
  }
}

private func hasLongNumber(_ text: [Character]) -> Bool {
  var run: [Character] = []
  func isNumber() -> Bool {
    while let last = run.last, !last.isWholeNumber { run.removeLast() }
    return run.count(where: \.isWholeNumber) >= 7 && !isDate(run)
  }
  for character in text {
    if character.isWholeNumber || !run.isEmpty && " .-()".contains(character) {
      run.append(character)
    } else {
      if isNumber() { return true }
      run.removeAll()
    }
  }
  return isNumber()
}

private func isDate(_ run: [Character]) -> Bool {
  guard run.count == 10 else { return false }
  let marks = run.indices.filter { !run[$0].isWholeNumber }
  return marks == [4, 7] || marks == [2, 5]
}

private func hasFullName(_ text: [Character]) -> Bool {
  var before: String?
  var isPlace = false
  for word in text.split(whereSeparator: { $0.isWhitespace || $0 == "-" }) {
    let letters = String(word.drop { !$0.isLetter }.prefix(while: \.isLetter))
    let isCapitalised =
      letters.first?.isUppercase == true && letters.dropFirst().first?.isLowercase == true
    let name = plain(letters)
    // After a word of a place the names that follow are the place's: `Avenida Rosa Toro`.
    isPlace = isCapitalised && (isPlace || placeWords.contains(name))
    if isCapitalised, let last = before, !isPlace,
      givenNames.contains(last) || givenNames.contains(name)
        || !(businessWords.contains(last) || businessWords.contains(name))
    {
      return true
    }
    // What ends a phrase parts two names: "Cancelado. Nuevo plan".
    let ends = word.last.map { ".,;:".contains($0) } ?? false
    before = isCapitalised && !isPlace && !ends ? name : nil
  }
  return false
}

/// In small letters, without the accents of Spanish.
private func plain(_ word: String) -> String {
  var out = ""
  for character in word.lowercased() {
    switch character {
    case "á": out.append("a")
    case "é": out.append("e")
    case "í": out.append("i")
    case "ó": out.append("o")
    case "ú", "ü": out.append("u")
    default: out.append(character)
    }
  }
  return out
}

private let placeWords: Set<String> = [
  "alameda", "avenida", "av", "banco", "barrio", "caja", "calle", "colegio", "distrito", "jiron",
  "jr",
  "parque", "pasaje", "plaza", "pueblo", "san", "santa", "santo", "urbanizacion",
]

/// Words of the trade and of places, of which a pair is no person's name.
private let businessWords: Set<String> = [
  "acuerdo", "administrativo", "agencia", "arequipa", "atencion", "ayacucho", "callao", "carga",
  "cargo", "cartera", "centro", "civil", "cliente", "cobranza", "cobro", "codigo", "comision",
  "compra", "constancia", "contrato", "convenio", "credito", "cuenta", "cuota", "cusco", "debito",
  "desgravamen", "deuda", "documento", "empresa", "envio", "error", "estado", "este", "fisico",
  "fraude", "gasto", "gastos", "gestion", "indecopi", "interes", "judicial", "juliaca", "juzgado",
  "letrado", "ley", "libro", "lima", "lote", "mesa", "mora", "nacional", "norte", "notarial",
  "nueva", "nuevo", "oeste", "oficina", "pago", "pagos", "paz", "penal", "peru", "piura", "plan",
  "portes", "primer", "producto", "programa", "proyecto", "puno", "recibo", "reclamaciones",
  "reclamo",
  "registro", "registros", "resolucion", "seguro", "servicio", "sistema", "sunarp", "sunat", "sur",
  "tacna", "tarjeta", "trujillo", "venta", "virtual",
]

/// Given names common in Peru, without accents.
private let givenNames: Set<String> = [
  "abel", "alberto", "alejandro", "alex", "alfredo", "alipio", "amelia", "ana", "andrea", "andres",
  "angel", "angela", "angelica", "antonio", "armando", "arturo", "augusto", "beatriz", "benito",
  "bertha", "brenda", "carla", "carlos", "carmen", "carolina", "catalina", "cecilia", "cesar",
  "christian", "claudia", "cristian", "cristina", "cynthia", "daniel", "daniela", "david", "delia",
  "diana", "diego", "doris", "edgar", "edith", "eduardo", "edwin", "elena", "elizabeth", "elsa",
  "elva", "emilio", "enrique", "erika", "ernesto", "esther", "eva", "fabiola", "felipe", "felix",
  "fernando", "fiorella", "flor", "francisca", "francisco", "fredy", "gabriel", "gabriela",
  "genaro",
  "gerardo", "giovanna", "gladys", "gloria", "gonzalo", "graciela", "guadalupe", "guillermo",
  "gustavo", "hector", "henry", "hilda", "hugo", "ignacio", "ines", "irene", "irma", "isabel",
  "ivan", "jaime", "javier", "jenny", "jesus", "jhon", "joaquin", "joel", "jorge", "jose",
  "josefina",
  "juan", "juana", "judith", "julia", "julian", "julio", "karen", "karina", "katherine", "laura",
  "leonardo", "leticia", "lidia", "liliana", "lorena", "lourdes", "lucia", "lucio", "luis", "luisa",
  "luz", "manuel", "marcelino", "marco", "marcos", "margarita", "maria", "mariana", "maribel",
  "marilu", "mario", "marisol", "maritza", "marleny", "marta", "martha", "martin", "maximo",
  "mercedes", "miguel", "milagros", "miriam", "monica", "nancy", "nelly", "nelson", "nestor",
  "nicolas", "nilda", "noemi", "norma", "olga", "oscar", "pablo", "paola", "patricia", "pedro",
  "percy", "rafael", "ramon", "raquel", "raul", "rebeca", "ricardo", "roberto", "rocio", "rodrigo",
  "rolando", "roger", "rosa", "rosario", "roxana", "ruben", "ruth", "samuel", "sandra", "santiago",
  "santos", "sara", "saul", "sergio", "silvia", "sofia", "sonia", "susana", "teofilo",
  "teresa", "tomas", "valeria", "vanessa", "vicente", "victor", "victoria", "vilma", "violeta",
  "virginia", "walter", "wilber", "wilfredo", "william", "wilmer", "ximena", "yesenia", "yolanda",
  "zenaida", "zoila",
]

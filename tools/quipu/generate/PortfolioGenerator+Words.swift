import Collections

/// What collectors write down and debtors write, in Spanish and with names in it: sealed, all of it.
///
/// Drawn from the seed, the account and the contact alone.
extension PortfolioGenerator {
  /// A collector's note on an outcome; nil for the many who write none, or where people are not told.
  func remark(_ index: Int, contact: Int32, code: String) -> String? {
    guard let told = people, let person = person(accounts[index].subject) else { return nil }
    var random = chance(told, index, contact, of: 0x6e6f_7465)
    guard random.chance(perMille: 450) else { return nil }
    let (kin, name, mobile) = person.relative
    let hour = random.within(8...19)
    switch code {
    case "promise":
      return "\(person.given) ofrece pagar cuando cobre su quincena; pide que no llamen a su \(kin)"
    case "refusal":
      return
        "Sra./Sr. \(person.families.father) molesto, dice que no pagará hasta hablar con el gerente"
    case "will-pay":
      return "\(person.name) indica que ya va al agente, que le escriban al \(person.mobile)"
    case "dispute":
      return "Titular dice que pagó en la agencia y mandará el voucher desde "
        + "\(person.email ?? "el correo de su \(kin)")"
    case "hardship":
      return
        "\(person.given) perdió el trabajo y tiene a su \(kin) enfermo; vive en \(person.address)"
    case "wrong-number": return "Contesta otra persona, no conoce a \(person.name)"
    default:
      return
        "Contestó \(kin), \(name); \(person.given) llega a las \(hour):00. Otro número: \(mobile)"
    }
  }

  /// What a debtor answers in writing; nil where people are not told.
  func message(_ index: Int, contact: Int32, code: String) -> String? {
    guard let person = person(accounts[index].subject) else { return nil }
    return switch code {
    case "promise": "Buenas, soy \(person.given), este viernes les deposito sin falta"
    case "dispute": "Esa deuda no es mía, yo ya cancelé, mi DNI es \(person.document)"
    case "hardship":
      "Señorita, me botaron del trabajo y mi \(person.relative.kin) está en el hospital"
    default: "Estoy ocupado, llámeme al \(person.relative.mobile)"
    }
  }

  /// Who paid in the debtor's place, one time in thirty; nil where people are not told.
  func payer(_ index: Int, payment: Int32) -> String? {
    guard let told = people else { return nil }
    var random = chance(told, index, payment, of: 0x7061_7965)
    guard random.chance(perMille: 33) else { return nil }
    return person(accounts[index].subject)?.relative.name
  }

  /// Why a person cannot pay as agreed, in a few words.
  func hardship(_ index: Int) -> String? {
    guard let told = people else { return nil }
    var random = chance(told, index, accounts[index].contacts, of: 0x6861_7264)
    return ["desempleo", "enfermedad propia", "enfermedad de un familiar", "pérdida de cosecha"][
      random.below(4)]
  }

  private func chance(
    _ told: PeopleTold, _ index: Int, _ number: Int32, of kind: UInt64
  ) -> SplitMix64 {
    SplitMix64(seed: told.seed ^ kind << 20, index: index << 24 | Int(number))
  }
}

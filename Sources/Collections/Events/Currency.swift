/// A currency in use, by its ISO 4217 code.
package struct Currency: BitwiseCopyable, Hashable, Sendable {
  /// The three letters as a number in base 26.
  let packed: UInt16

  /// The currency of that code; nil unless it is three capital letters and in use.
  package init?(_ code: String) {
    let bytes = Array(code.utf8)
    self.init(parsing: bytes.span, 0..<bytes.count)
  }

  /// The currency whose code stands in exactly the bytes of `range`, or nil. Allocates nothing.
  package init?(parsing bytes: Span<UInt8>, _ range: Range<Int>) {
    guard range.count == 3, range.upperBound <= bytes.count else { return nil }
    let start = range.lowerBound
    let first = bytes[start] &- UInt8(ascii: "A")
    let second = bytes[start + 1] &- UInt8(ascii: "A")
    let third = bytes[start + 2] &- UInt8(ascii: "A")
    guard first < 26, second < 26, third < 26 else { return nil }
    packed = UInt16(first) &* 676 &+ UInt16(second) &* 26 &+ UInt16(third)
    guard Currency.digits[Int(packed)] != Currency.unused else { return nil }
  }

  /// The currency with the number that ``packed`` gave.
  init(packed: UInt16) {
    self.packed = packed
  }

  /// The three letters.
  package var code: String {
    var letters: [UInt8] = []
    append(to: &letters)
    return String(decoding: letters, as: UTF8.self)
  }

  /// Appends the three letters.
  package func append(to out: inout [UInt8]) {
    out.append(UInt8(ascii: "A") + UInt8(packed / 676))
    out.append(UInt8(ascii: "A") + UInt8(packed / 26 % 26))
    out.append(UInt8(ascii: "A") + UInt8(packed % 26))
  }

  /// How many decimals its major unit has: 2 for PEN, 0 for JPY.
  package var minorDigits: Int { Int(Currency.digits[Int(packed)]) }

  /// Every code in use, sorted.
  package static let allCodes: [String] = codesByDigits.flatMap { digits, codes in
    codes.split(separator: " ").map(String.init)
  }.sorted()

  private static let unused: UInt8 = .max

  /// The decimals of every code there can be, or ``unused``.
  private static let digits: [UInt8] = {
    var table = [UInt8](repeating: unused, count: 26 * 26 * 26)
    for (digits, codes) in codesByDigits {
      for code in codes.split(separator: " ") {
        let packed = code.utf8.reduce(0) { $0 * 26 + Int($1 - UInt8(ascii: "A")) }
        table[packed] = digits
      }
    }
    return table
  }()

  /// ISO 4217 list one, currencies and funds in use on or after 1 January 2025, so that a history
  /// of that year can be recorded (ANG and BGN have gone since); without metals, units of account
  /// and test codes, which have no minor unit.
  private static let codesByDigits: [(digits: UInt8, codes: String)] = [
    (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
    (
      2,
      """
      AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN \
      BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP \
      GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP \
      LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR \
      NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN \
      SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR \
      ZMW ZWG
      """
    ),
    (3, "BHD IQD JOD KWD LYD OMR TND"),
    (4, "CLF UYW"),
  ]
}

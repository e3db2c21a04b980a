/// Bank messages written by hand after the structure of ISO 20022 camt.053.001.08 and camt.054.001.08,
/// in parts that a test may change.
struct CamtFixture {
  /// One entry: what stands in `Ntry`.
  struct Entry {
    var amount = "100.00"
    var currency = "PEN"
    var direction = "CRDT"
    var isReversal = false
    var status = "BOOK"
    var booked = "2025-02-10"
    var valued = "2025-02-10"
    var reference = "B-1"
    /// What stands in `NtryDtls`.
    var details = ""

    /// An entry of one transaction with free remittance text.
    static func credit(
      _ reference: String, _ amount: String, _ text: String, on day: String = "2025-02-10"
    ) -> Entry {
      Entry(
        amount: amount, booked: day, valued: day, reference: reference,
        details: "<TxDtls><RmtInf><Ustrd>\(text)</Ustrd></RmtInf></TxDtls>")
    }

    var xml: String {
      """
          <Ntry>
            <NtryRef>1</NtryRef>
            <Amt Ccy="\(currency)">\(amount)</Amt>
            <CdtDbtInd>\(direction)</CdtDbtInd>
            \(isReversal ? "<RvslInd>true</RvslInd>" : "")
            <Sts><Cd>\(status)</Cd></Sts>
            <BookgDt><Dt>\(booked)</Dt></BookgDt>
            <ValDt><Dt>\(valued)</Dt></ValDt>
            <AcctSvcrRef>\(reference)</AcctSvcrRef>
            <BkTxCd><Domn><Cd>PMNT</Cd></Domn></BkTxCd>
            <NtryDtls>\(details)</NtryDtls>
          </Ntry>

      """
    }
  }

  var namespace = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
  var currency = "PEN"
  var opening = "1000.00"
  /// What the statement closes with.
  var closing = "1000.00"
  var entries: [Entry] = []
  /// Put before the root element, and after the account.
  var prologue = ""

  private func balance(_ code: String, _ amount: String) -> String {
    """
        <Bal>
          <Tp><CdOrPrtry><Cd>\(code)</Cd></CdOrPrtry></Tp>
          <Amt Ccy="\(currency)">\(amount)</Amt>
          <CdtDbtInd>CRDT</CdtDbtInd>
          <Dt><Dt>2025-02-10</Dt></Dt>
        </Bal>

    """
  }

  /// The message as a statement, camt.053.
  var statement: String {
    document("BkToCstmrStmt", "Stmt", balance("OPBD", opening) + balance("CLBD", closing))
  }

  /// The message as a notification, camt.054, which has no balances.
  var notification: String { document("BkToCstmrDbtCdtNtfctn", "Ntfctn", "") }

  private func document(_ message: String, _ element: String, _ balances: String) -> String {
    """
    <?xml version="1.0" encoding="UTF-8"?>
    \(prologue)<Document xmlns="\(namespace)">
      <\(message)>
        <GrpHdr><MsgId>M-1</MsgId><CreDtTm>2025-02-11T06:00:00Z</CreDtTm></GrpHdr>
        <\(element)>
          <Id>S-1</Id>
          <CreDtTm>2025-02-11T06:00:00Z</CreDtTm>
          <Acct><Id><IBAN>PE0012345678</IBAN></Id><Ccy>\(currency)</Ccy></Acct>
    \(balances)\(entries.map(\.xml).joined())    </\(element)>
      </\(message)>
    </Document>

    """
  }
}

internal import EventStore
internal import Ledger

/// How the portal looks: a phone first, light and dark, and on paper.
enum PortalStyle {
  /// What a browser may do with a page: show it with this very style, send forms back here.
  static let policy =
    "default-src 'none'; style-src 'sha256-\(digest)'; img-src data:; form-action 'self'; "
    + "frame-ancestors 'none'; base-uri 'none'"

  private static let digest: String = {
    let bytes = Array(sheet.utf8)
    let words = Array(Digest(hashing: bytes.span).bytes)
    return String(decoding: Base64.encode(words), as: UTF8.self)
  }()

  /// Each text stands out from its ground by 4.5 to 1 or more, each edge of a field by 3 to 1; what is
  /// pressed is 48 pixels high.
  static let sheet = """
    :root{color-scheme:light dark;--ground:#f6f5f1;--panel:#fff;--ink:#1b2430;--soft:#505b67;--line:#d5d9de;
    --edge:#6d7782;--mark:#14606e;--mark-ink:#fff;--good:#1d6b3f;--bad:#a02c24}
    @media(prefers-color-scheme:dark){:root{--ground:#11171d;--panel:#1a232c;--ink:#e6ebf0;--soft:#adb8c3;
    --line:#34404c;--edge:#8793a0;--mark:#7fcbd6;--mark-ink:#0d1a1d;--good:#7ccf9b;--bad:#ff9d92}}
    *{box-sizing:border-box}
    html{font:18px/1.5 system-ui,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}
    body{margin:0;background:var(--ground);color:var(--ink)}
    header,main,footer{max-width:36rem;margin:0 auto;padding:.75rem 1rem}
    header{display:flex;flex-wrap:wrap;gap:.25rem 1rem;align-items:center;justify-content:space-between}
    nav{display:flex;gap:.25rem;align-items:center}nav form{margin:0}
    nav a,.plain,.back a{display:inline-flex;align-items:center;min-height:48px;padding:0 .6rem}
    .back{margin:0}.back a{padding:0 .6rem 0 0}
    a{color:var(--mark);text-underline-offset:.15em}
    :focus-visible{outline:3px solid var(--mark);outline-offset:2px;border-radius:3px}
    .skip{position:absolute;left:-200vw}.skip:focus{left:.5rem;top:.5rem;background:var(--panel);padding:.75rem}
    h1{font-size:1.6rem;line-height:1.2;margin:.5rem 0}h2{font-size:1.2rem;margin:2rem 0 .5rem}
    h3{font-size:1rem;margin:1.2rem 0 .3rem}p{margin:.5rem 0}.lead,.soft,small{color:var(--soft)}
    small{display:block;font-size:.85rem}
    .card{display:block;background:var(--panel);border:1px solid var(--line);border-radius:10px;
    padding:.9rem 1rem;margin:.8rem 0}
    a.card,a.part{color:inherit;text-decoration:none}.go{color:var(--mark);text-decoration:underline}
    a.part{display:block}a.part+a.part{border-top:1px solid var(--line);margin-top:.9rem;padding-top:.9rem}
    .sum{font-size:2rem;font-weight:700;line-height:1.2;font-variant-numeric:tabular-nums;margin:.2rem 0}
    .good{color:var(--good)}.bad{color:var(--bad)}
    .done,.notice{background:var(--panel);border-left:5px solid var(--good);padding:.8rem 1rem}
    .notice.bad{border-color:var(--bad);color:inherit}
    dl{margin:.5rem 0}dl div{display:flex;justify-content:space-between;gap:1rem;padding:.35rem 0;
    border-bottom:1px solid var(--line)}dd{margin:0;text-align:right;font-variant-numeric:tabular-nums}
    details{border-bottom:1px solid var(--line)}
    summary{display:flex;justify-content:space-between;align-items:center;gap:1rem;min-height:48px;cursor:pointer}
    summary::before{content:"+";color:var(--mark);font-weight:700;width:1rem;flex:none}
    details[open]>summary::before{content:"−"}summary .what{flex:1}
    summary .money{font-variant-numeric:tabular-nums;white-space:nowrap}
    details>*:not(summary){margin-left:1.6rem}details ul{padding:0;list-style:none}
    li{margin:.4rem 0}
    .field{margin:1rem 0}label,legend{display:block;font-weight:600;margin-bottom:.3rem;padding:0}
    fieldset{border:0;padding:0;margin:1rem 0}
    .choice{display:flex;align-items:center;gap:.7rem;min-height:48px;font-weight:400;margin:0}
    .choice input{width:1.4rem;height:1.4rem;min-height:0;flex:none}
    input,select,textarea{font:inherit;color:inherit;background:var(--panel);border:2px solid var(--edge);
    border-radius:6px;padding:.5rem .7rem;min-height:48px;width:100%}
    button{font:inherit;font-weight:600;min-height:48px;padding:.5rem 1.2rem;width:100%;border:0;border-radius:6px;
    background:var(--mark);color:var(--mark-ink);cursor:pointer}
    .plain{width:auto;background:none;color:var(--mark);font-weight:400;text-decoration:underline}
    .list{padding:0;list-style:none}.list a{display:flex;align-items:center;min-height:48px}
    footer{margin-top:2rem;border-top:1px solid var(--line);color:var(--soft);font-size:.9rem}
    table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.4rem .3rem;border-bottom:1px solid var(--line)}
    .number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}.scroll{overflow-x:auto}
    .heard{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
    @media print{:root{--ground:#fff;--panel:#fff;--ink:#000;--soft:#333}nav,.back,button,form{display:none}
    html{font-size:11pt}details>*{display:block!important}}
    """
}

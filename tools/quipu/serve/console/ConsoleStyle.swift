internal import EventStore
internal import Ledger

/// How the console looks: one style sheet, light and dark, on a screen of any width and on paper.
enum ConsoleStyle {
  /// Its path, which changes with it, so that a browser may keep it for ever.
  static let path: String = {
    let bytes = Array(sheet.utf8)
    return "/console/style-\(Digest(hashing: bytes.span).hex.prefix(12)).css"
  }()

  /// The route that gives it, to anybody: the door has a style too.
  static let route = Route(
    "GET", "/console/{sheet}", "getConsoleStyle",
    Text("the console's style sheet", "la hoja de estilo de la consola"), permission: nil,
    isPage: true,
    answers: [Route.Answer(status: 200, doc: Text("CSS", "CSS"), content: nil)], problems: [404],
    .now { exchange in
      guard exchange.request.path == path else {
        throw Problem(404, "no_such_page", Text("there is no such page", "no existe esa página"))
      }
      return HTTPResponse(
        type: "text/css; charset=utf-8", Array(sheet.utf8),
        headers: [("Cache-Control", "public, max-age=31536000, immutable")])
    })

  private static let sheet = paint + frame + content + figures + media

  /// Colours. Each text stands out from its ground by 4.5 to 1 or more, each mark by 3 to 1.
  private static let paint = """
    :root{color-scheme:light dark;
    --ground:#f7f6f3;--panel:#fff;--ink:#1b2430;--soft:#55606d;--line:#dcdfe3;--head:#f0f1ef;
    --mark:#14606e;--mark-ink:#fff;--good:#1d6b3f;--bad:#a02c24;--warn:#8a5a00;
    --p0:#2f7f86;--p1:#5b9a78;--p2:#8f9a44;--p3:#bd9630;--p4:#cf8236;--p5:#c0622f;--p6:#a5432f;--p7:#7a2531;
    --principal:#2b6f8f;--interest:#c07a1a;--penalty:#a5432f;--cost:#7a5c99;--credit:#4d8a5f;--rest:#d5d9de;
    --h0:transparent;--h1:#eef6f6;--h2:#dfeff0;--h3:#cfe7e8;--h4:#bfdfe1;--h5:#aed6d9;--h6:#9ccdd1;--h7:#89c3c8;--h8:#75b9bf}
    @media(prefers-color-scheme:dark){:root{
    --ground:#11171d;--panel:#182028;--ink:#e4e9ee;--soft:#a5b1bd;--line:#2e3a46;--head:#1e2831;
    --mark:#7fcbd6;--mark-ink:#0d1a1d;--good:#7ccf9b;--bad:#ff9d92;--warn:#f0c36a;
    --p0:#4ea3ab;--p1:#73b692;--p2:#adb860;--p3:#d8b44c;--p4:#e0974a;--p5:#d87c46;--p6:#cf6350;--p7:#c25062;
    --principal:#5aa2c4;--interest:#dd9a3c;--penalty:#d9705b;--cost:#a98ac8;--credit:#72b685;--rest:#3a4652;
    --h1:#1a2c32;--h2:#1c343b;--h3:#1e3d44;--h4:#20454d;--h5:#224e57;--h6:#245760;--h7:#266069;--h8:#286a73}}

    """

  private static let frame = """
    *{box-sizing:border-box}
    html{font:16px/1.5 system-ui,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}
    body{margin:0;background:var(--ground);color:var(--ink);min-height:100vh;display:flex;flex-direction:column}
    a{color:var(--mark);text-underline-offset:.15em}
    :focus-visible,input:focus-within{outline:3px solid var(--mark);outline-offset:2px;border-radius:2px}
    .skip{position:absolute;left:-200vw}.skip:focus{left:.5rem;top:.5rem;background:var(--panel);padding:.5rem 1rem;z-index:2}
    .top{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;align-items:center;background:var(--panel);
    border-bottom:1px solid var(--line);padding:.6rem clamp(.8rem,3vw,2.5rem)}
    .brand{font-weight:700;color:var(--ink);text-decoration:none;letter-spacing:.01em}
    .brand .knots{color:var(--mark)}.brand .ledger{font-weight:400;color:var(--soft);margin-left:.35rem}
    .top nav{flex:1 1 30rem}.top nav ul{display:flex;flex-wrap:wrap;gap:.1rem .3rem;margin:0;padding:0;list-style:none}
    .top nav a{display:block;padding:.3rem .45rem;text-decoration:none;color:var(--ink);border-bottom:3px solid transparent}
    .top nav a:hover{border-color:var(--line)}.top nav a[aria-current]{border-color:var(--mark);color:var(--mark);font-weight:600}
    .reader{display:flex;flex-wrap:wrap;gap:.3rem .9rem;align-items:center;font-size:.9rem}
    .reader form{margin:0}.who{color:var(--soft)}
    main{flex:1;width:100%;padding:1.6rem clamp(.8rem,3vw,2.5rem) 3rem;margin:0 auto;max-width:110rem}
    main.narrow{max-width:50rem}
    footer{border-top:1px solid var(--line);padding:1rem clamp(.8rem,3vw,2.5rem);color:var(--soft);font-size:.85rem}
    footer p{margin:0;max-width:70rem}
    h1{font-size:clamp(1.5rem,1.2rem + 1.2vw,2.1rem);line-height:1.2;margin:0 0 .3rem;overflow-wrap:anywhere}
    h2{font-size:1.2rem;line-height:1.3;margin:2.4rem 0 .4rem}
    h3{font-size:1rem;margin:1.5rem 0 .3rem}
    p{margin:.4rem 0;max-width:80ch}.lead{max-width:105ch;font-size:1.06rem;color:var(--soft);margin-bottom:1rem}
    .soft,small,caption{color:var(--soft)}small{display:block;font-size:.82rem;font-weight:400}
    .good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}
    .heard{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
    .number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
    code,pre{font:.86em/1.45 ui-monospace,"DejaVu Sans Mono",Menlo,monospace;overflow-wrap:anywhere}
    pre{background:var(--head);border:1px solid var(--line);border-radius:6px;padding:.7rem .9rem;white-space:pre-wrap;margin:.5rem 0}

    """

  private static let content = """
    .scroll{overflow-x:auto;margin:.5rem 0 1rem;border:1px solid var(--line);border-radius:8px;background:
    linear-gradient(90deg,var(--panel) 50%,transparent) 0 0/3rem 100% no-repeat local,
    linear-gradient(-90deg,var(--panel) 50%,transparent) 100% 0/3rem 100% no-repeat local,
    linear-gradient(90deg,var(--rest),transparent) 0 0/1rem 100% no-repeat,
    linear-gradient(-90deg,var(--rest),transparent) 100% 0/1rem 100% no-repeat,var(--panel)}
    table{border-collapse:collapse;width:100%;position:relative}
    th,td{padding:.42rem .6rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
    tr:last-child>*{border-bottom:0}
    thead th{background:var(--head);font-weight:600;font-size:.86rem;vertical-align:bottom}
    tbody th{font-weight:600}thead th.number{text-align:right}
    tbody tr:hover>*{background-color:var(--head)}
    td time,td a,th a,tbody th{white-space:nowrap}td small,tbody th small{white-space:normal;width:max-content;max-width:14rem}td:first-child small{max-width:max(14rem,18vw)}.columns td small{max-width:12rem}
    td.picture{width:24%;min-width:8rem}td.lines{min-width:17rem}td.lines div+div{margin-top:.15rem}td code{white-space:normal}
    table.facts{background:var(--panel);border:1px solid var(--line);border-radius:8px;border-collapse:separate;border-spacing:0;margin:.5rem 0 1rem}
    .facts th{width:34%;font-weight:400;color:var(--soft)}.facts td{overflow-wrap:anywhere}
    dl{margin:0;display:flex;flex-wrap:wrap;gap:.1rem .9rem}dl div{display:flex;gap:.3rem}
    dt{color:var(--soft)}td dt::after{content:":"}dd{margin:0;overflow-wrap:anywhere}
    .tiles{gap:.7rem;margin:1rem 0 1.2rem}
    .tiles div{flex:1 1 12rem;display:block;background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:.7rem .9rem}
    .tiles dt{font-size:.86rem}.tiles strong{display:block;white-space:nowrap;font-size:1.2rem;line-height:1.4;font-variant-numeric:tabular-nums}
    .tiles .code{font-size:.8rem;font-weight:400;color:var(--soft);margin-right:.25rem}
    .ask{display:flex;flex-wrap:wrap;gap:.6rem 1rem;align-items:flex-end;background:var(--panel);border:1px solid var(--line);
    border-radius:8px;padding:.8rem .9rem;margin:.8rem 0 1.2rem}
    .field{display:flex;flex-direction:column;gap:.2rem;min-width:0;max-width:100%}.field.long{flex:1 1 22rem}
    label{font-size:.86rem;color:var(--soft)}
    input,select,button{font:inherit;color:var(--ink);background:var(--ground);border:1px solid var(--soft);border-radius:6px;
    padding:.35rem .6rem;max-width:100%;min-height:2.3rem}
    input[type=range]{padding:0;width:100%;accent-color:var(--mark);border:0;background:none}
    button{background:var(--mark);color:var(--mark-ink);border-color:var(--mark);font-weight:600;cursor:pointer;padding:.35rem 1.1rem}
    button.plain{background:none;color:var(--mark);border:0;padding:.2rem;min-height:0;text-decoration:underline;font-weight:400}
    .moments{align-items:flex-start}.moments>.field{align-self:flex-end}
    .moments fieldset{flex:1 1 24rem;min-width:0;border:0;padding:0;margin:0;display:grid;grid-template-columns:1fr auto;gap:.1rem .6rem;align-items:center}
    .moments legend{float:left;padding:0;color:var(--soft);font-size:.86rem;font-weight:600}.moments output{justify-self:end}
    .moments input[type=range],.moments .ends,.moments .field{grid-column:1/-1}.moments .field{margin-top:.3rem}
    .moments .ends{display:flex;justify-content:space-between;gap:1rem;font-size:.82rem;color:var(--soft)}
    output{font-weight:600;font-variant-numeric:tabular-nums}
    .notice{border-left:4px solid var(--mark);background:var(--panel);padding:.6rem .9rem;border-radius:0 6px 6px 0;max-width:75ch}
    .notice.bad{border-color:var(--bad)}
    .empty{border:1px dashed var(--soft);border-radius:8px;padding:1.2rem;color:var(--soft);max-width:75ch}
    .columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,36rem),1fr));gap:0 2rem;align-items:start}
    .columns>*{min-width:0}
    ul.plain{list-style:none;padding:0;margin:.4rem 0}ul.legend{display:flex;flex-wrap:wrap;gap:.2rem 1rem;list-style:none;padding:0;margin:.3rem 0;font-size:.88rem}
    .legend svg{width:.9em;height:.9em;vertical-align:-.08em;margin-right:.35em}
    .pager{display:flex;gap:1rem;margin:.6rem 0}
    ol.timeline{list-style:none;margin:.8rem 0;padding:0 0 0 1.1rem;border-left:3px solid var(--line)}
    .timeline>li{position:relative;margin:0 0 1.1rem;padding:0 0 0 .4rem}
    .timeline>li::before{content:"";position:absolute;left:-1.65rem;top:.4rem;width:.8rem;height:.8rem;border-radius:50%;
    background:var(--panel);border:3px solid var(--mark)}
    .timeline>li.later::before,.timeline>li.voided::before{border-color:var(--rest)}
    .timeline h3{margin:0;display:flex;flex-wrap:wrap;gap:0 .7rem;align-items:baseline}
    .timeline h3 time,.timeline h3 .seq{font-weight:400;color:var(--soft);font-size:.9rem}
    .timeline .voided h3{text-decoration:line-through}.timeline ul{margin:.2rem 0;padding-left:1.2rem}

    """

  private static let figures = """
    svg.bar{display:block;width:100%;min-width:7rem;height:1rem;border-radius:3px;background:var(--head)}
    td .bar{margin-top:.25rem}
    .heat{border-left:1px solid var(--line);padding:.42rem .3rem;font-size:.86rem}
    .h1{background:var(--h1)}.h2{background:var(--h2)}.h3{background:var(--h3)}.h4{background:var(--h4)}
    .h5{background:var(--h5)}.h6{background:var(--h6)}.h7{background:var(--h7)}.h8{background:var(--h8)}
    td.heat,td.heat a,td.heat small{color:var(--ink)}td.heat small{width:auto}
    svg.chart{display:block;width:100%;height:auto;min-width:34rem;max-width:68rem}
    .chart text{fill:var(--ink);font-size:13px}.chart .t-soft{fill:var(--soft)}.chart .t-strong{font-weight:600}
    .chart .grid{stroke:var(--line);stroke-width:1}.chart .axis{stroke:var(--soft);stroke-width:1}
    .chart .path{fill:none;stroke-width:2.2;stroke-linejoin:round;stroke-linecap:round}
    .chart .area{fill:var(--principal);opacity:.13}.chart .cursor{stroke:var(--mark);stroke-width:1.5;stroke-dasharray:4 3}
    .fill-p0{fill:var(--p0)}.fill-p1{fill:var(--p1)}.fill-p2{fill:var(--p2)}.fill-p3{fill:var(--p3)}
    .fill-p4{fill:var(--p4)}.fill-p5{fill:var(--p5)}.fill-p6{fill:var(--p6)}.fill-p7{fill:var(--p7)}
    .line-p0{stroke:var(--p0)}.line-p1{stroke:var(--p3)}.line-p2{stroke:var(--p6)}.line-p3{stroke:var(--cost)}
    .line-p4{stroke:var(--principal)}.line-p5{stroke:var(--p4)}
    .fill-principal{fill:var(--principal)}.fill-interest{fill:var(--interest)}.fill-penalty{fill:var(--penalty)}
    .fill-cost{fill:var(--cost)}.fill-credit{fill:var(--credit)}.fill-rest{fill:var(--rest)}
    .fill-good{fill:var(--good)}.fill-bad{fill:var(--bad)}.fill-mark{fill:var(--mark)}.fill-warn{fill:var(--warn)}
    .line-principal{stroke:var(--principal)}.line-bad{stroke:var(--bad)}.line-mark{stroke:var(--mark)}.line-soft{stroke:var(--soft)}

    """

  private static let media = """
    @media(max-width:40rem){html{font-size:15px}th,td{padding:.35rem .5rem}.top{gap:.2rem .8rem}.top nav{flex-basis:100%}
    .facts th{width:42%}.ask .field{flex:1 1 100%}h2{margin-top:1.8rem}.tiles div{flex-basis:9rem;padding:.5rem .7rem}
    .scroll td:last-child:not(.number):not(.heat){min-width:11rem}}
    @media(min-width:110rem){html{font-size:17px}}
    @media(prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
    @media print{:root{--ground:#fff;--panel:#fff;--ink:#000;--soft:#444;--line:#bbb;--head:#f2f2f2;--mark:#134e59}
    html{font-size:10.5pt}.top nav,.reader,.skip,.ask,.pager,button{display:none}main{padding:0;max-width:none}
    .top,footer{padding:.3rem 0}a{color:inherit;text-decoration:none}.scroll{overflow:visible;border:0;background:none}
    .scroll th,.scroll td{font-size:8.5pt;padding:.2rem .3rem}td small{font-size:7.5pt}
    h1,h2,h3{break-after:avoid}tr,.timeline>li,.tiles div{break-inside:avoid}thead{display:table-header-group}
    svg,.heat{print-color-adjust:exact;-webkit-print-color-adjust:exact}}

    """
}

extension HTMLWriter {
  /// How pages look, on a screen and on paper.
  static let style = """

    :root{color-scheme:light;--ink:#1c1b1a;--soft:#5c5751;--line:#d9d3ca;--ground:#fbfaf8;--mark:#7a2e1d}
    *{box-sizing:border-box}
    body{margin:0 auto;max-width:72rem;padding:2rem 1.25rem 4rem;background:var(--ground);color:var(--ink);
    font:15px/1.5 system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif}
    h1{font-size:1.7rem;line-height:1.2;margin:0 0 .25rem}
    h2{font-size:1.2rem;margin:2.4rem 0 .6rem;padding-bottom:.25rem;border-bottom:2px solid var(--mark)}
    h3{font-size:1rem;margin:1.4rem 0 .4rem}
    p{margin:.4rem 0;max-width:46rem}
    .soft,caption{color:var(--soft)}
    nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1rem;padding:0;list-style:none}
    a{color:var(--mark)}a:focus-visible{outline:2px solid var(--mark);outline-offset:2px}
    code{font:.85em ui-monospace,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
    table{border-collapse:collapse;width:100%;margin:.6rem 0 1.2rem;background:#fff}
    caption{text-align:left;font-size:.9rem;padding:.2rem 0}
    th,td{border-bottom:1px solid var(--line);padding:.35rem .6rem;text-align:left;vertical-align:top;
    overflow-wrap:break-word}
    th{font-weight:600;background:#f1ede6}td a,time{white-space:nowrap}
    .heard{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
    .number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
    .facts th{width:34%;font-weight:400;background:none;color:var(--soft)}
    pre{background:#f1ede6;padding:.6rem .8rem;white-space:pre-wrap}
    dl{margin:0;display:flex;flex-wrap:wrap;gap:.1rem .9rem}
    dl div{display:flex;gap:.3rem}dt{color:var(--soft)}dt::after{content:":"}
    dd{margin:0;overflow-wrap:anywhere}
    .good{color:#1d5c36}.bad{color:#9b1c1c}
    @media(max-width:40rem){body{padding:1rem .6rem 3rem}th,td{padding:.3rem}}
    @media print{body{max-width:none;padding:0;background:#fff;font-size:10pt}nav{display:none}
    a{color:inherit;text-decoration:none}h2,h3{break-after:avoid}tr{break-inside:avoid}
    thead{display:table-header-group}th{background:none}}

    """
}

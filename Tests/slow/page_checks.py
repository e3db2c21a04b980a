"""What a page of the console must be like: what axe looks for, and some of our own.

FACTS is evaluated in the page and gives what the checks look at, as JSON.
"""

FACTS = r"""
(() => {
  const seen = e => { const r = e.getBoundingClientRect(), s = getComputedStyle(e);
    return r.width > 0 && r.height > 0 && s.visibility !== 'hidden' && s.display !== 'none'; };
  const rgba = text => { const m = text.match(/[\d.]+/g).map(Number);
    return [m[0], m[1], m[2], m.length > 3 ? m[3] : 1]; };
  const ground = e => { for (let n = e; n; n = n.parentElement) {
    const c = rgba(getComputedStyle(n).backgroundColor); if (c[3] > 0.5) return c; }
    return [255, 255, 255, 1]; };
  const own = e => [...e.childNodes].filter(n => n.nodeType === 3 && n.data.trim()).length > 0;
  const texts = [...document.querySelectorAll('body *')].filter(e => own(e) && seen(e));
  const fields = [...document.querySelectorAll('input:not([type=hidden]),select,textarea')];
  return {
    lang: document.documentElement.lang, title: document.title,
    headings: [...document.querySelectorAll('h1,h2,h3,h4')].map(
      h => [+h.tagName[1], h.textContent]),
    ids: [...document.querySelectorAll('[id]')].map(e => e.id),
    unlabelled: fields.filter(f => !f.labels.length && !f.getAttribute('aria-label'))
      .map(f => f.name),
    buttons: [...document.querySelectorAll('button')].filter(b => !b.innerText.trim()).length,
    images: [...document.querySelectorAll('svg:not([aria-hidden]),img')]
      .filter(i => !i.getAttribute('aria-label') && !i.getAttribute('alt')).length,
    tables: [...document.querySelectorAll('table')].map(t => ({
      caption: t.caption ? t.caption.textContent : '', facts: t.className === 'facts',
      scopes: [...t.querySelectorAll('th')].every(h => h.scope),
      heads: t.querySelectorAll('th').length,
      ragged: new Set([...t.rows].map(r => r.cells.length)).size > 1})),
    landmarks: ['header', 'main', 'footer'].map(
      n => document.querySelectorAll('body>' + n).length),
    links: [...document.querySelectorAll('a[href]')].map(a => a.getAttribute('href')),
    bare: [...document.querySelectorAll('a[href]')].filter(
      a => !a.innerText.trim() && seen(a)).length,
    words: [...document.querySelectorAll('main,footer')].flatMap(e => {
      const copy = e.cloneNode(true);
      copy.querySelectorAll('code,pre').forEach(c => c.remove());
      return copy.textContent.split(/[^A-Za-zÀ-ÿ]+/); }),
    scripts: document.scripts.length,
    inline: document.querySelectorAll('[style],[onclick],[onload]').length,
    described: [...document.querySelectorAll('[aria-labelledby],[aria-describedby],[for]')]
      .flatMap(e => ['aria-labelledby', 'aria-describedby', 'for'].flatMap(
        n => (e.getAttribute(n) || '').split(' ').filter(Boolean)))
      .filter(id => !document.getElementById(id)),
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    regions: [...document.querySelectorAll('.scroll')].filter(
      e => e.scrollWidth > e.clientWidth && e.tabIndex < 0 && e.querySelector('table')).length,
    tabindex: [...document.querySelectorAll('[tabindex]')].filter(e => e.tabIndex > 0).length,
    first: (document.querySelector('a,button,input') || {}).className,
    contrast: texts.map(e => { const s = getComputedStyle(e);
      const isSVG = e.namespaceURI.endsWith('svg');
      return [isSVG ? rgba(s.fill) : rgba(s.color), ground(isSVG ? e.closest('div') : e),
              parseFloat(s.fontSize), +s.fontWeight, e.innerText || e.textContent]; }),
  };
})()
"""


# Words that no Spanish page says: of our own sentences, and of codes, tones and roles that have a
# Spanish word. Names that data gives itself, and those of a rule's inputs, stay as they are.
ENGLISH = frozenset(
    "the and with from recorded policy answer busy voicemail switched undelivered firm warm "
    "helpful amount payment events compare infringements consent upheld".split())


def luminance(colour):
    parts = [part / 255 for part in colour[:3]]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
              for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, two):
    """By WCAG 2.2: from 1 to 21."""
    bright, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def faults(facts, language):
    """What is wrong with a page, a line each."""
    found = []

    def check(holds, words):
        if not holds:
            found.append(words)

    check(facts["lang"] == language, f"lang is {facts['lang']}")
    check(facts["title"].strip(), "no title")
    levels = [level for level, _ in facts["headings"]]
    check(levels.count(1) == 1, f"{levels.count(1)} headings of level 1")
    check(levels[:1] == [1], "the first heading is not of level 1")
    for before, after in zip(levels, levels[1:]):
        check(after <= before + 1, f"a heading of level {after} after one of {before}")
    check(all(text.strip() for _, text in facts["headings"]), "an empty heading")
    twice = sorted({name for name in facts["ids"] if facts["ids"].count(name) > 1})
    check(not twice, f"ids that stand twice: {twice}")
    check(not facts["unlabelled"], f"fields without a label: {facts['unlabelled']}")
    check(not facts["buttons"], "a button without words")
    check(not facts["images"], "a picture that says nothing")
    for table in facts["tables"]:
        check(table["caption"] or table["facts"], "a table without a caption")
        check(table["heads"] and table["scopes"], f"heads without scope: {table['caption']}")
        check(not table["ragged"], f"rows of different lengths: {table['caption']}")
    check(facts["landmarks"] == [1, 1, 1], f"header, main, footer: {facts['landmarks']}")
    check(not facts["bare"], "a link without words")
    check(not facts["scripts"] and not facts["inline"], "script, or style within an element")
    check(not facts["described"], f"named and not there: {facts['described']}")
    check(facts["wide"] <= 0, f"{facts['wide']} pixels wider than the window")
    check(not facts["regions"], "a part that scrolls and cannot be reached by keyboard")
    check(not facts["tabindex"], "an order of its own for the tabulator")
    check(facts["first"] == "skip", "the first stop is not the way to the content")
    if language == "es":
        english = sorted(ENGLISH & set(facts["words"]))
        check(not english, f"English words on a Spanish page: {', '.join(english)}")
    for text, ground, size, weight, words in facts["contrast"]:
        large = size >= 24 or size >= 18.66 and weight >= 700
        ratio = contrast(text, ground)
        if ratio < (3 if large else 4.5):
            found.append(f"contrast {ratio:.2f} of {words[:40]!r}")
    return sorted(set(found))

"""The page for the emergency department as HTML that needs no script, fits a telephone and prints on one sheet. Pure.

Everything stands in one document: no font, picture or style is fetched, so it opens on a guest network and from disk.
"""

from html import escape

from alerts.ed_words import EdWords
from alerts.paper_words import Item, Section

PRINTED = ((3800, ""), (4500, "close"), (5400, "dense"))
"""Up to how many characters a page prints in the usual size and in the denser ones; beyond that in the smallest."""
A_CALL = 100
"""What a line of whom to call takes of it, for it runs across the whole sheet."""
STYLE = """
:root{color-scheme:light}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0 auto;padding:12px;max-width:60rem;font:16px/1.35 system-ui,"Segoe UI",Roboto,Arial,sans-serif;
 color:#111;background:#fff;overflow-wrap:anywhere}
h1{font-size:1.5rem;margin:0 0 .1rem}
h2{font-size:1rem;margin:.8rem 0 .2rem;border-bottom:1px solid #888}
p{margin:.15rem 0}
ul{margin:.2rem 0;padding-left:1.1rem}
.made,.source,footer{color:#444;font-size:.8rem}
.urgency{display:inline-block;padding:0 .4rem;border:3px solid #111;font-weight:700}
.emergency{background:#a00000;color:#fff;border-color:#a00000}
.first{border:3px solid #a00000;padding:.3rem .5rem;margin:.5rem 0;font-weight:700}
.calls{margin:.4rem 0;padding:0;list-style:none}
.calls a{display:inline-block;padding:.45rem .2rem;font-weight:700;white-space:nowrap;color:#003a8c}
dl{margin:.2rem 0}
dt{font-weight:700;margin-top:.25rem}
dd{margin:0 0 0 .6rem}
.alarming dt,.alarming .newest{color:#a00000;font-weight:700}
.ways a{display:inline-block;padding:.5rem .3rem .5rem 0}
.box{display:flex;align-items:center;gap:.5rem;min-height:2.4rem;margin:0}
.bar form{border:0;padding:0;margin:0;display:inline}
form{border:1px solid #888;padding:.5rem;margin:.6rem 0}
label{display:block;margin:.35rem 0}
fieldset{margin:.5rem 0;border:1px solid #aaa;min-width:0}
input,select,button{font:inherit;max-width:100%;min-height:2.4rem}
input[type=text],select{width:100%}
input[type=checkbox],input[type=radio]{min-height:0;width:1.4rem;height:1.4rem;flex:none}
button{font-weight:700;padding:.3rem .8rem;margin:.2rem .3rem .2rem 0}
.error{border:3px solid #a00000;padding:.4rem}
@media(min-width:48rem){.vitals{display:grid;grid-template-columns:1fr 1fr;gap:0 1.5rem}
 .columns{columns:2;column-gap:1.5rem}section{break-inside:avoid}}
@media print{@page{margin:9mm}
 body{font-size:8.2pt;line-height:1.18;padding:0;max-width:none}
 .screen{display:none!important}
 h1{font-size:13pt}h2{font-size:8.4pt;margin:.35rem 0 .1rem}
 .columns{columns:2;column-gap:5mm}section,li{break-inside:avoid}#label,#think,#why{break-inside:auto}h2{break-after:avoid}
 p,ul,dl{margin:.05rem 0}dt{margin-top:.08rem}.first{margin:.2rem 0;padding:.15rem .3rem}
 .vitals{display:grid;grid-template-columns:1fr 1fr;gap:0 5mm}
 .emergency,.first{print-color-adjust:exact;-webkit-print-color-adjust:exact}
 .close{font-size:7.6pt;line-height:1.16}.dense{font-size:7.1pt;line-height:1.14}.tight{font-size:6.6pt;line-height:1.1}
 .made,.source,footer{font-size:85%}.calls a{padding:0}a{color:inherit;text-decoration:none}}
"""


def document(title: str, body: str, *, kind: str = "") -> str:
    """Return a whole HTML document around `body`, which is HTML already; `kind` is a class of the style."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="robots" content="noindex,nofollow"><meta name="referrer" content="no-referrer">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f'<body class="{kind}">{body}</body></html>'
    )


def as_html(page: EdWords, *, above: str = "", below: str = "") -> str:
    """Return the page as a document; `above` and `below` are HTML shown on screen only, such as forms."""
    shown = f'<div class="screen">{above}</div><main>{_main(page)}</main><div class="screen">{below}</div>'
    return document(f"{page.code} {page.urgency}", shown, kind=_density(page))


def _density(page: EdWords) -> str:
    """Return how densely the page must be printed to stay one sheet."""
    lines = [*page.headline, *(f"{row.newest}{row.earlier}{row.well}" for row in page.vitals)]
    lines += [f"{item.text}{item.source}" for section in page.sections for item in section.items]
    length = sum(map(len, lines)) + A_CALL * len(page.calls)
    return next((kind for most, kind in PRINTED if length <= most), "tight")


def calls_list(calls: tuple[tuple[str, str], ...]) -> str:
    """Return whom to call, each number a link that a telephone dials."""
    lines = (
        f'<li>{escape(who)}: <a href="tel:{escape(_dialled(number))}">{escape(number)}</a>' for who, number in calls
    )
    return f'<ul class="calls">{"".join(lines)}</ul>'


def urgency_badge(urgency: str) -> str:
    """Return the urgency as a word in a box: never by colour alone."""
    kind = "urgency emergency" if urgency == "EMERGENCY" else "urgency"
    return f'<span class="{kind}">{escape(urgency)}</span>'


def _main(page: EdWords) -> str:
    head = "".join(f"<p>{_bold(line) if line in page.bold else escape(line)}" for line in page.headline)
    first = "".join(f"<p>{escape(item.text)}" for item in page.first)
    sections = "".join(_section(section) for section in page.sections)
    return (
        f"<h1>{urgency_badge(page.urgency)} {escape(page.code)}</h1>"
        f'<p class="made">{escape(page.made)}</p><div class="headline">{head}</div>'
        f'<div class="first">{first}</div><h2>Call</h2>{calls_list(page.calls)}'
        f'<h2>Home values</h2><div class="vitals">{_vitals(page)}</div>'
        f'<div class="columns">{sections}</div><footer><p>{escape(page.footer)}</footer>'
    )


def _vitals(page: EdWords) -> str:
    rows = []
    for row in page.vitals:
        before = f"before: {escape(row.earlier)}<br>" if row.earlier else ""
        kind, mark = (' class="alarming"', "! ") if row.alarming else ("", "")
        rows.append(
            f"<dl{kind}><dt>{mark}{escape(row.name)}"
            f'<dd class="newest">{escape(row.newest)}<dd>{before}when well: {escape(row.well)}</dl>'
        )
    return "".join(rows)


def _section(section: Section) -> str:
    items = "".join(f"<li>{_item(item)}" for item in section.items)
    return f'<section id="{escape(section.key)}"><h2>{escape(section.title)}</h2><ul>{items}</ul></section>'


def _item(item: Item) -> str:
    return escape(item.text) + (f' <span class="source">[{escape(item.source)}]</span>' if item.source else "")


def _bold(line: str) -> str:
    return f"<b>{escape(line)}</b>"


def _dialled(number: str) -> str:
    return "".join(character for character in number if character in "+0123456789")

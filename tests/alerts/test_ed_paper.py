"""The page in a browser: one printed sheet, a narrow telephone, and no script at all. Needs Chromium."""

import itertools
import json
import re
import shutil
import subprocess

import pytest

from alerts.ed_html import as_html
from alerts.ed_words import words

FOUND = [shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")]
BROWSER = next((path for path in FOUND if path is not None), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="needs chromium: apt install chromium")
WITHIN_S = 60
PAPERS = {"a4": ("210mm", "297mm"), "letter": ("8.5in", "11in")}
NARROW_PX = 320


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """Run the browser on one file and give what it wrote to stdout; script is switched off as a person switches it."""
    homes = {script: tmp_path_factory.mktemp("browser") for script in (True, False)}
    (homes[False] / "Default").mkdir()
    setting = {"profile": {"default_content_setting_values": {"javascript": 2}}}
    (homes[False] / "Default" / "Preferences").write_text(json.dumps(setting))

    def run(*options, script=False):
        command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={homes[script]}"]
        command += ["--hide-scrollbars", "--disable-extensions", "--no-first-run", "--disable-background-networking"]
        finished = subprocess.run([*command, *options], capture_output=True, timeout=WITHIN_S, check=False)
        assert finished.returncode == 0, finished.stderr[-400:]
        return finished.stdout.decode()

    return run


@pytest.fixture(scope="module")
def html(ed_patient, ed_sheet):
    """The longest page there can be."""
    return as_html(words(ed_sheet(ed_patient.fullest())))


@pytest.fixture(scope="module")
def largest(ed_patient, ed_sheet):
    """The longest page that is printed in the size of the usual emergency."""
    allergy = "penicillin: a rash on both arms and the neck in 2011"
    pages = (as_html(words(ed_sheet(ed_patient.timeline(allergies=[allergy] * count)))) for count in range(99))
    usual = next(pages)
    kind = re.search(r"<body class=\"\w*\">", usual)[0]
    return [usual, *itertools.takewhile(lambda page: kind in page, pages)][-1]


@pytest.mark.slow
@pytest.mark.parametrize(("paper", "longest"), [("a4", "html"), ("letter", "largest")])
def test_it_prints_on_one_sheet_with_script_switched_off(browser, request, tmp_path, paper, longest):
    html = request.getfixturevalue(longest)
    width, height = PAPERS[paper]
    file, printed = tmp_path / "page.html", tmp_path / "page.pdf"
    file.write_text(html.replace("@page{margin:9mm}", f"@page{{margin:9mm;size:{width} {height}}}"))
    browser("--no-pdf-header-footer", f"--print-to-pdf={printed}", file.as_uri())
    made = printed.read_bytes()
    assert made.count(b"/Type /Page\n") == 1
    box = [float(side) for side in re.findall(rb"/MediaBox \[([^\]]+)\]", made)[0].split()]
    assert box[2] == pytest.approx(595 if paper == "a4" else 612, abs=1)


@pytest.mark.slow
def test_a_telephone_of_320_pixels_shows_it_without_scrolling_sideways(browser, html, tmp_path):
    # A frame of the telephone's width measures the page inside it; the page itself runs no script.
    (tmp_path / "page.html").write_text(html)
    outer = tmp_path / "outer.html"
    outer.write_text(
        f'<!doctype html><iframe id="f" src="page.html" style="width:{NARROW_PX}px;height:900px;border:0"></iframe>'
        "<script>onload=()=>{const d=document.getElementById('f').contentDocument.documentElement;"
        "document.title=d.scrollWidth+' '+d.clientWidth}</script>"
    )
    told = browser("--allow-file-access-from-files", "--dump-dom", outer.as_uri(), script=True)
    scroll, client = map(int, re.search(r"<title>(\d+) (\d+)</title>", told).groups())
    assert client == NARROW_PX
    assert scroll <= client


@pytest.mark.slow
def test_without_script_every_word_is_there(browser, html, tmp_path):
    file = tmp_path / "page.html"
    file.write_text(html.replace("</body>", "<script>document.title='script ran'</script></body>"))
    shown = browser("--dump-dom", file.as_uri())
    for words_on_it in ("Do not assume sepsis only or CRS only", "Oncologist on call", "Tocilizumab (reference"):
        assert words_on_it in shown
    assert "<title>script ran" not in shown  # or this test would show nothing

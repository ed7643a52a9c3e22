"""The two pages of the console in a browser: the one that asks who you are, and the one with the terminal. Pure."""

from html import escape

_HEAD = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Stepguard</title>'
    '<link rel="stylesheet" href="/static/console.css">'
)


def login_page(sentence: str = "", name: str = "") -> str:
    """Return the form; `sentence` says why somebody was not let in. It needs no script."""
    refused = f'<p class="refused" role="alert">NOT LOGGED IN: {escape(sentence)}</p>' if sentence else ""
    first, second = ("", " autofocus") if name else (" autofocus", "")
    return (
        f"{_HEAD}</head><body><main><h1>Stepguard</h1>{refused}"
        '<form method="post" action="/login" autocomplete="off">'
        f'<label for="name">name</label><input id="name" name="name" maxlength="64" required value="{escape(name)}"'
        f' autocapitalize="none" spellcheck="false"{first}>'
        '<label for="password">password</label>'
        f'<input id="password" name="password" type="password" maxlength="1024" required{second}>'
        "<button>Log in</button></form>"
        "<p>Pages go on whether or not this console is open.</p></main></body></html>"
    )


def full_page(most: int) -> str:
    """Return what somebody reads for whom no console is left."""
    return (
        f'{_HEAD}</head><body><main><h1>Stepguard</h1><p class="refused" role="alert">All {most} consoles of this'
        ' machine are open. Close one, or open the console in a terminal.</p><p><a href="/">Try again</a></p>'
        "</main></body></html>"
    )


def console_page(websocket: str) -> str:
    """Return the page of the terminal, which speaks with `websocket`.

    Three things are said over the terminal: that nothing is heard from the server (the picture is old then), that the
    console has ended, that the bell makes no sound.
    """
    return (
        f'{_HEAD}<link rel="stylesheet" href="/static/xterm.css">'
        '<script src="/static/console.js"></script><script src="/static/textual.js"></script></head><body>'
        '<div class="said" id="opening">Opening the console.</div>'
        '<div class="said" id="silent" role="alert">NOTHING HEARD FROM THE SERVER since <span id="since"></span>:'
        " what you see is old. Pages go on.</div>"
        '<div class="said" id="closed" role="alert">THIS CONSOLE HAS ENDED: what you see is old. Pages go on without'
        ' it. <a href="/">Open the console</a></div>'
        '<div class="said" id="unheard">The bell rings and makes no sound: press a key and check the loudspeaker.</div>'
        '<span class="ready">ready</span>'
        f'<div id="terminal" class="textual-terminal" data-session-websocket-url="{escape(websocket)}"'
        ' data-font-size="16"></div><noscript>The console needs JavaScript.</noscript></body></html>'
    )

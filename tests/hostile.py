"""What somebody writes into a text field in the hope that it runs where it is read."""

import itertools

TRACE = "typeof hacked"
"""Asked of a page: anything but "undefined" means that one of them ran."""


def hostile() -> list[str]:
    """Two hundred strings that would run somewhere: each would be seen."""
    deeds = ("hacked=1", "alert(1)", "window['hacked']=1", "top.hacked=1", "console.error(1)")
    ways = (
        "<script>{0}</script>",
        "</script><script>{0}</script>",
        "</title><script>{0}</script>",
        "</textarea><script>{0}</script>",
        "--><script>{0}</script><!--",
        "]]><script>{0}</script>",
        "<img src=x onerror={0}>",
        "<img/src='x'/onerror='{0}'>",
        '"><img src=x onerror="{0}">',
        "'><img src=x onerror='{0}'>",
        '" onmouseover="{0}" autofocus onfocus="{0}" x="',
        "' onfocus='{0}' autofocus='",
        "<svg onload={0}>",
        "<svg><script>{0}</script></svg>",
        "<svg><animate onbegin={0} attributeName=x dur=1s>",
        "<math><mtext><img src=x onerror={0}></mtext></math>",
        "<body onload={0}>",
        "<iframe srcdoc='<script>parent.{0}</script>'></iframe>",
        "<iframe src=javascript:{0}></iframe>",
        "<a href=javascript:{0} autofocus onfocus={0}>x</a>",
        "javascript:{0}",
        "<details open ontoggle={0}>",
        "<video><source onerror={0}></video>",
        "<input autofocus onfocus={0}>",
        "<select autofocus onfocus={0}>",
        "<marquee onstart={0}>",
        "<object data=javascript:{0}></object>",
        "<embed src=javascript:{0}>",
        "<link rel=stylesheet href=javascript:{0}>",
        "<meta http-equiv=refresh content='0;url=javascript:{0}'>",
        "<base href=javascript:{0}//>",
        "<form action=javascript:{0}><button autofocus>x</button></form>",
        "<div hx-on:load='{0}' hx-get=/x hx-trigger=load>",
        "<div data-hx-on:click='{0}' data-hx-get=/x data-hx-trigger=load>",
        "{{{{constructor.constructor('{0}')()}}}}",
        "${{{0}}}",
        "{{% set x = {0} %}}{{{{ x }}}}",
        '#eval("{0}") #[*{0}*]',
        "\\u003cscript\\u003e{0}\\u003c/script\\u003e",
        "&lt;script&gt;{0}&lt;/script&gt;",
    )
    made = [way.format(deed) for way, deed in itertools.product(ways, deeds)]
    assert len(set(made)) == 200
    return made

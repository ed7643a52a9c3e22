title = "Attribution"
text = """Attributing a sign to another cause covers that sign: it does not count, fever itself is unchanged, the
episode is kept and marked, and one that begins under it is marked too. It ends after 24 hours, at the next dose, or when a new reading puts another
axis into its emergency column."""
source = "ASTCT 2019, Lee et al., doi:10.1016/j.bbmt.2018.12.758 (not attributable to any other cause); how long: engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1; 1h well T 38.4"
CASES = """
                                     | when                                                       | grade | fever | attributed | episode | urgency
fever attributed                     | 1h10m attribute fever                                      | 0     | yes   | yes        | 1       | urgent
fever attributed, others stale       | 1h10m attribute fever; 6h T 38.4                           | -     | yes   | yes        | 1       | urgent
fever attributed, one stale          | 1h10m attribute fever; 5h S 97; 6h T 38.4                  | -     | yes   | yes        | 1       | urgent
fever attributed, the other stale    | 1h10m attribute fever; 5h B 124/76; 6h T 38.4              | -     | yes   | yes        | 1       | urgent
fever attributed, blind              | 1h10m attribute fever; 6h tick                             | -     | -     | yes        | 1       | urgent
a minute before 24 h                 | 1h10m attribute fever; 25h9m well T 38.4                   | 0     | yes   | yes        | 1       | urgent
24 h later                           | 1h10m attribute fever; 25h10m well T 38.4                  | 1     | yes   | no         | 1       | urgent
24 h and a minute later              | 1h10m attribute fever; 25h11m well T 38.4                  | 1     | yes   | no         | 1       | urgent
the next dose ends it                | 1h10m attribute fever; 2h dose SUD2; 2h1m well T 38.4      | 1     | yes   | no         | 1       | urgent
low pressure ends it                 | 1h10m attribute fever; 2h well T 38.4 B 80/50              | 2     | yes   | no         | 1       | emergency
low oxygen ends it                   | 1h10m attribute fever; 2h well T 38.4 S 88                 | 2     | yes   | no         | 1       | emergency
urgent pressure does not end it      | 1h10m attribute fever; 2h well T 38.4 B 99/70              | 0     | yes   | yes        | 1       | emergency
hypotension attributed               | 1h10m B 80/50; 1h20m attribute hypotension                 | 1     | yes   |            | 1       | emergency
hypotension attributed, then hypoxia | 1h10m B 80/50; 1h20m attribute hypotension; 1h30m S 88     | 2     | yes   | no         | 1       | emergency
hypoxia attributed                   | 1h10m S 88; 1h20m attribute hypoxia                        | 1     | yes   |            | 1       | emergency
doubtful low pressure ends it        | 1h10m attribute fever; 2h well T 38.4 B 80/50 [cuff_loose] | 2     | yes   | no         | 1       | emergency
hypoxia attributed, it stays low     | 1h10m S 88; 1h20m attribute hypoxia; 1h30m S 87            | 1     | yes   |            | 1       | emergency
explained before it comes            | 30m attribute fever; 1h30m well T 38.4                     | 0     | yes   | yes        | 1       | urgent
explained when it comes              | 1h attribute fever                                         | 0     | yes   | yes        | 1       | urgent
explained before, 24 h are over      | 30m attribute fever; 23h30m well T 38.4; 24h30m tick       | 1     | yes   | no         | 1       | urgent
explained before, then low oxygen    | 30m attribute fever; 2h well T 38.4 S 88                   | 2     | yes   | no         | 1       | emergency
fever attributed, then it is back    | 1h10m attribute fever; 2h well; 3h well T 38.4             | 0     | yes   | yes        | 1       | urgent
"""


def test_attribution(case):
    case.holds()

title = "Fever"
text = """Fever is a temperature of 38.0 C or 100.4 degrees Fahrenheit or more, compared exactly and never rounded.
A temperature that was never measured, or is no longer fresh, is neither fever nor its absence."""
source = "ASTCT 2019, Lee et al., doi:10.1016/j.bbmt.2018.12.758; exactness: engineering, 2026-11-21"
given = "0h dose SUD1"
CASES = """
                              | when                       | fever | grade | urgency
a hundredth below             | 1h well T 37.99            | no    | 0     | watch
exactly 38.0                  | 1h well T 38.0             | yes   | 1     | urgent
exactly 38                    | 1h well T 38               | yes   | 1     | urgent
a hundredth above             | 1h well T 38.01            | yes   | 1     | urgent
many nines below              | 1h well T 37.9999999999    | no    | 0     | watch
Fahrenheit just below         | 1h well T 100.3F           | no    | 0     | watch
Fahrenheit a hundredth below  | 1h well T 100.39F          | no    | 0     | watch
Fahrenheit exactly 100.4      | 1h well T 100.4F           | yes   | 1     | urgent
Fahrenheit just above         | 1h well T 100.5F           | yes   | 1     | urgent
never measured                | 1h S 97 B 124/76           | -     | -     | routine
fresh a minute before its end | 1h well T 38.4; 3h14m tick | yes   | 1     | urgent
stale                         | 1h well T 38.4; 3h15m tick | -     | 1     | urgent
stale for a minute            | 1h well T 38.4; 3h16m tick | -     | 1     | urgent
no reading after a fever      | 1h well T 38.4; 1h30m T -- | yes   | 1     | urgent
"""


def test_fever_is_exact(case):
    case.holds()

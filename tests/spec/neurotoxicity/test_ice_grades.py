title = "ICANS from ICE"
text = """10 is grade 0, 7 to 9 grade 1, 3 to 6 grade 2, 1 and 2 grade 3; 0 without a neurological examination is 3,
at least. Null until ICE was asked or an examination entered. An ICE is fresh 14 hours; then 0 becomes
null, and more than 0 is kept, at least."""
source = "ASTCT 2019, Lee et al., doi:10.1016/j.bbmt.2018.12.758"
given = "0h dose SUD1; 1h well"
CASES = """
                             | when                   | icans | icans at least | ice | asked
never asked                  | 2h tick                | -     | no             | -   | -
ICE 10                       | 2h ice 10              | 0     | no             | 10  | 2h
ICE 9                        | 2h ice 9               | 1     | no             | 9   | 2h
ICE 8                        | 2h ice 8               | 1     | no             | 8   | 2h
ICE 7                        | 2h ice 7               | 1     | no             | 7   | 2h
ICE 6                        | 2h ice 6               | 2     | no             | 6   | 2h
ICE 5                        | 2h ice 5               | 2     | no             | 5   | 2h
ICE 3                        | 2h ice 3               | 2     | no             | 3   | 2h
ICE 2                        | 2h ice 2               | 3     | no             | 2   | 2h
ICE 1                        | 2h ice 1               | 3     | no             | 1   | 2h
ICE 0                        | 2h ice 0               | 3     | yes            | 0   | 2h
the newest counts            | 2h ice 5; 3h ice 10    | 0     | no             | 10  | 3h
ICE 10, a minute before 14 h | 2h ice 10; 15h59m tick | 0     | no             | 10  | 2h
ICE 10, stale at 14 h        | 2h ice 10; 16h tick    | -     | no             |     | 2h
ICE 10, a minute after 14 h  | 2h ice 10; 16h1m tick  | -     | no             |     | 2h
ICE 5, a minute before 14 h  | 2h ice 5; 15h59m tick  | 2     | no             | 5   | 2h
ICE 5, stale at 14 h         | 2h ice 5; 16h tick     | 2     | yes            |     | 2h
ICE 5, a minute after 14 h   | 2h ice 5; 16h1m tick   | 2     | yes            |     | 2h
"""


def test_icans_from_ice(case):
    case.holds()

title = "Temperature"
text = """Watch from 37.5, urgent from 38.0 on the first reading, emergency from 39.5 C. A low temperature alone
raises nothing. A value keeps its urgency, however old, until a fresh value of its group replaces it."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1"
CASES = """
                            | when                                          | urgency   | due T
a hundredth below watch     | 1h well T 37.49                               | routine   | 5h
exactly watch               | 1h well T 37.5                                | watch     | 2h
a hundredth above watch     | 1h well T 37.51                               | watch     | 2h
a hundredth below urgent    | 1h well T 37.99                               | watch     | 2h
exactly urgent              | 1h well T 38.0                                | urgent    | 15-30 min
a hundredth above urgent    | 1h well T 38.01                               | urgent    | 15-30 min
a hundredth below emergency | 1h well T 39.49                               | urgent    |
exactly emergency           | 1h well T 39.5                                | emergency | soon
a hundredth above emergency | 1h well T 39.51                               | emergency | soon
low                         | 1h well T 35.0                                | routine   | 5h
missing                     | 1h S 97 B 124/76                              | routine   | 4h
stale keeps its urgency     | 1h well T 39.6; 23h S 97 B 124/76             | emergency |
until a fresh value         | 1h well T 39.6; 23h S 97 B 124/76; 24h T 36.6 | routine   |
"""


def test_temperature_by_the_trigger_table(case):
    case.holds()

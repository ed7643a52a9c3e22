title = "Where the temperature was taken"
text = """Axillary, tympanic, temporal and forehead values are watch from 37.5. Skin, finger and toe values never
reassure: below 38.0 they are no fresh temperature, at 38.0 and above they are fever."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1"
CASES = """
                               | when                                                | urgency   | fever | sight
axillary 37.4                  | 1h well T 37.4 axillary                             | routine   | no    | seen
axillary 37.5                  | 1h well T 37.5 axillary                             | watch     | no    | seen
axillary 38.0                  | 1h well T 38.0 axillary                             | urgent    | yes   | seen
tympanic 37.5                  | 1h well T 37.5 tympanic                             | watch     | no    | seen
temporal 37.5                  | 1h well T 37.5 temporal                             | watch     | no    | seen
forehead 37.5                  | 1h well T 37.5 forehead                             | watch     | no    | seen
rectal 38.0                    | 1h well T 38.0 rectal                               | urgent    | yes   | seen
site unknown                   | 1h well T 38.0 unknown                              | urgent    | yes   | seen
skin 36.6                      | 1h well T 36.6 skin                                 | routine   | -     | partial
finger 37.99                   | 1h well T 37.99 finger                              |           | -     | partial
toe 36.6                       | 1h well T 36.6 toe                                  | routine   | -     | partial
skin 38.0                      | 1h well T 38.0 skin                                 | urgent    | yes   | seen
toe 38.1                       | 1h well T 38.1 toe                                  | urgent    | yes   | seen
skin does not end a fever      | 1h well T 38.4; 1h30m T 36.6 skin                   | urgent    | yes   | seen
skin does not end an emergency | 1h well T 39.6; 1h20m T 36.6 skin; 1h40m T 36.6 toe | emergency | yes   | seen
"""


def test_sites(case):
    case.holds()

title = "Other causes to think of"
text = """Prompts beside the grade, from what was measured. None excludes CRS, none lowers urgency; numbers are those of
monitor/data/panels.toml."""
source = "IDSA 2010 (febrile neutropenia); Crombie 2024, Blood 143:1565 (HLH/MAS); IMWG 2024, Lancet Oncol 25:e205 (infection)"
given = "0h dose SUD1"
CASES = """
                                     | when                                                            | now                                                                           | not now                  | grade | urgency
38.29 once                           | 30h well T 38.29                                                | suspected grade 1                                                             | neutropenia              | 1     | urgent
38.3 once                            | 30h well T 38.3                                                 | febrile neutropenia as well until shown otherwise, antibiotics within 60 min  |                          | 1     | urgent
38.0 for 59 min                      | 30h well T 38.0; 30h59m well T 38.0                             |                                                                               | neutropenia              | 1     | urgent
38.0 for an hour                     | 30h well T 38.0; 31h well T 38.0                                | febrile neutropenia                                                           |                          | 1     | urgent
broken by 37.9                       | 30h well T 38.0; 30h30m well T 37.9; 31h well T 38.0            |                                                                               | neutropenia              | 1     | urgent
no fever any more                    | 30h well T 38.4; 31h well                                       |                                                                               | neutropenia              |       |
in the window                        | 30h well T 38.4                                                 |                                                                               | outside the usual window | 1     | urgent
outside the window                   | 20d well T 38.4                                                 | outside the usual window: look hard for infection, CRS still possible         |                          | 1     | urgent
fever after resolution               | 30h well T 38.4; 31h crs 0; 60h well T 38.1                     | exclude infection first.*CRS still possible                                   |                          | 1     | urgent
the first episode                    | 30h well T 38.4                                                 |                                                                               | after resolution         | 1     | urgent
just under 2 h after paracetamol     | 30h well T 38.2; 30h med paracetamol; 31h59m well T 38.2        |                                                                               | fever stays              | 1     | urgent
2 h after paracetamol                | 30h well T 38.2; 30h med paracetamol; 32h well T 38.2           | fever stays after treatment.*CRS still possible                               |                          | 1     | urgent
just under 6 h after tocilizumab     | 30h well T 38.2; 30h med tocilizumab; 35h59m well T 38.2        |                                                                               | fever stays              | 1     | urgent
6 h after tocilizumab                | 30h well T 38.2; 30h med tocilizumab; 36h well T 38.2           | fever stays after treatment                                                   |                          | 1     | urgent
gone in between                      | 30h well T 38.2; 30h med tocilizumab; 32h well; 36h well T 38.2 |                                                                               | fever stays              | 1     | urgent
a minute short of a week             | 30h well T 38.4; 197h59m tick                                   |                                                                               | HLH                      |       |
a week of symptoms                   | 30h well T 38.4; 198h tick                                      | more than a week of symptoms: think of HLH/MAS .ferritin                      |                          |       |
a week, but over                     | 30h well T 38.4; 31h crs 0; 198h tick                           |                                                                               | HLH                      |       |
several at once                      | 20d well T 38.4; 20d med paracetamol; 20d3h well T 38.6         | outside the usual window.* / .*fever stays.* / .*neutropenia                  |                          | 1     | urgent
infection attributed, still prompted | 30h well T 38.4; 30h attribute fever                            | febrile neutropenia.*no dose while an infection is active.*CRS still possible |                          | 0     | urgent
attributed, fever gone               | 30h well T 38.4; 30h attribute fever; 31h well                  |                                                                               | no dose while            |       |
attribution over                     | 30h well T 38.4; 30h attribute fever; 54h well T 38.4           |                                                                               | no dose while            | 1     | urgent
"""


def test_other_causes(case):
    case.holds()

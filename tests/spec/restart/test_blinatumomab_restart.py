title = "Blinatumomab: an infusion that was interrupted"
text = """What is done when a running infusion stopped. Hours and days are counted from its recorded end; while no end is
recorded it runs. The end is at 24 h in every row."""
source = "blincytohcp.com, dosing in relapsed or refractory disease"
CASES = """
                                                          | when                                                                        | allowed | exactly                     | gives | text
running infusion                                          | drug blinatumomab rr_ge45kg; 0h dose escalation -; 20d tick                 | -       | proceed                     |       | as the schedule says
45 kg or more, cycle-1 start, 4 h, a minute less          | drug blinatumomab rr_ge45kg; 0h dose cycle-1 start until 24h; 27h59m tick   | -       | proceed                     |       | less than 4 h
45 kg or more, cycle-1 start, 4 h, exactly                | drug blinatumomab rr_ge45kg; 0h dose cycle-1 start until 24h; 28h tick      | -       | hospitalize_24h premedicate |       | 4 h to 7 days
45 kg or more, cycle-1 start, 4 h, a minute more          | drug blinatumomab rr_ge45kg; 0h dose cycle-1 start until 24h; 28h1m tick    | -       | hospitalize_24h premedicate |       | 4 h to 7 days
45 kg or more, cycle-1 start, last minute of day 7        | drug blinatumomab rr_ge45kg; 0h dose cycle-1 start until 24h; 8d13h59m tick | -       | hospitalize_24h premedicate |       | same cycle
45 kg or more, cycle-1 start, new cycle from day 8 begins | drug blinatumomab rr_ge45kg; 0h dose cycle-1 start until 24h; 8d14h tick    | -       | hospitalize_24h premedicate |       | new cycle
45 kg or more, cycle-1 start, a minute later              | drug blinatumomab rr_ge45kg; 0h dose cycle-1 start until 24h; 8d14h1m tick  | -       | hospitalize_24h premedicate |       | new cycle
45 kg or more, escalation, 4 h, a minute less             | drug blinatumomab rr_ge45kg; 0h dose escalation until 24h; 27h59m tick      | -       | proceed                     |       | less than 4 h
45 kg or more, escalation, 4 h, exactly                   | drug blinatumomab rr_ge45kg; 0h dose escalation until 24h; 28h tick         | -       | hospitalize_24h premedicate |       | 4 h to 7 days
45 kg or more, escalation, 4 h, a minute more             | drug blinatumomab rr_ge45kg; 0h dose escalation until 24h; 28h1m tick       | -       | hospitalize_24h premedicate |       | 4 h to 7 days
45 kg or more, escalation, last minute of day 7           | drug blinatumomab rr_ge45kg; 0h dose escalation until 24h; 8d13h59m tick    | -       | hospitalize_24h premedicate |       | same cycle
45 kg or more, escalation, new cycle from day 8 begins    | drug blinatumomab rr_ge45kg; 0h dose escalation until 24h; 8d14h tick       | -       | hospitalize_24h premedicate |       | new cycle
45 kg or more, escalation, a minute later                 | drug blinatumomab rr_ge45kg; 0h dose escalation until 24h; 8d14h1m tick     | -       | hospitalize_24h premedicate |       | new cycle
45 kg or more, cycle-2 start, 4 h, a minute less          | drug blinatumomab rr_ge45kg; 0h dose cycle-2 start until 24h; 27h59m tick   | -       | proceed                     |       | less than 4 h
45 kg or more, cycle-2 start, 4 h, exactly                | drug blinatumomab rr_ge45kg; 0h dose cycle-2 start until 24h; 28h tick      | -       | hospitalize_24h premedicate |       | 4 h to 7 days
45 kg or more, cycle-2 start, 4 h, a minute more          | drug blinatumomab rr_ge45kg; 0h dose cycle-2 start until 24h; 28h1m tick    | -       | hospitalize_24h premedicate |       | 4 h to 7 days
45 kg or more, cycle-2 start, last minute of day 7        | drug blinatumomab rr_ge45kg; 0h dose cycle-2 start until 24h; 8d13h59m tick | -       | hospitalize_24h premedicate |       | same cycle
45 kg or more, cycle-2 start, new cycle from day 8 begins | drug blinatumomab rr_ge45kg; 0h dose cycle-2 start until 24h; 8d14h tick    | -       | hospitalize_24h premedicate |       | new cycle
45 kg or more, cycle-2 start, a minute later              | drug blinatumomab rr_ge45kg; 0h dose cycle-2 start until 24h; 8d14h1m tick  | -       | hospitalize_24h premedicate |       | new cycle
below 45 kg, escalation, 4 h, a minute less               | drug blinatumomab rr_lt45kg; 0h dose escalation until 24h; 27h59m tick      | -       | proceed                     |       | less than 4 h
below 45 kg, escalation, 4 h, exactly                     | drug blinatumomab rr_lt45kg; 0h dose escalation until 24h; 28h tick         | -       | hospitalize_24h premedicate |       | 4 h to 7 days
below 45 kg, escalation, 4 h, a minute more               | drug blinatumomab rr_lt45kg; 0h dose escalation until 24h; 28h1m tick       | -       | hospitalize_24h premedicate |       | 4 h to 7 days
below 45 kg, escalation, last minute of day 7             | drug blinatumomab rr_lt45kg; 0h dose escalation until 24h; 8d13h59m tick    | -       | hospitalize_24h premedicate |       | same cycle
below 45 kg, escalation, new cycle from day 8 begins      | drug blinatumomab rr_lt45kg; 0h dose escalation until 24h; 8d14h tick       | -       | hospitalize_24h premedicate |       | new cycle
below 45 kg, escalation, a minute later                   | drug blinatumomab rr_lt45kg; 0h dose escalation until 24h; 8d14h1m tick     | -       | hospitalize_24h premedicate |       | new cycle
below 45 kg, cycle-1 start, 4 h, a minute less            | drug blinatumomab rr_lt45kg; 0h dose cycle-1 start until 24h; 27h59m tick   | -       | proceed                     |       | less than 4 h
below 45 kg, cycle-1 start, 4 h, exactly                  | drug blinatumomab rr_lt45kg; 0h dose cycle-1 start until 24h; 28h tick      | -       | hospitalize_24h premedicate |       | 4 h to 7 days
below 45 kg, cycle-1 start, 4 h, a minute more            | drug blinatumomab rr_lt45kg; 0h dose cycle-1 start until 24h; 28h1m tick    | -       | hospitalize_24h premedicate |       | 4 h to 7 days
below 45 kg, cycle-1 start, last minute of day 7          | drug blinatumomab rr_lt45kg; 0h dose cycle-1 start until 24h; 8d13h59m tick | -       | hospitalize_24h premedicate |       | same cycle
below 45 kg, cycle-1 start, new cycle from day 8 begins   | drug blinatumomab rr_lt45kg; 0h dose cycle-1 start until 24h; 8d14h tick    | -       | hospitalize_24h premedicate |       | new cycle
below 45 kg, cycle-1 start, a minute later                | drug blinatumomab rr_lt45kg; 0h dose cycle-1 start until 24h; 8d14h1m tick  | -       | hospitalize_24h premedicate |       | new cycle
below 45 kg, cycle-2 start, 4 h, a minute less            | drug blinatumomab rr_lt45kg; 0h dose cycle-2 start until 24h; 27h59m tick   | -       | proceed                     |       | less than 4 h
below 45 kg, cycle-2 start, 4 h, exactly                  | drug blinatumomab rr_lt45kg; 0h dose cycle-2 start until 24h; 28h tick      | -       | hospitalize_24h premedicate |       | 4 h to 7 days
below 45 kg, cycle-2 start, 4 h, a minute more            | drug blinatumomab rr_lt45kg; 0h dose cycle-2 start until 24h; 28h1m tick    | -       | hospitalize_24h premedicate |       | 4 h to 7 days
below 45 kg, cycle-2 start, last minute of day 7          | drug blinatumomab rr_lt45kg; 0h dose cycle-2 start until 24h; 8d13h59m tick | -       | hospitalize_24h premedicate |       | same cycle
below 45 kg, cycle-2 start, new cycle from day 8 begins   | drug blinatumomab rr_lt45kg; 0h dose cycle-2 start until 24h; 8d14h tick    | -       | hospitalize_24h premedicate |       | new cycle
below 45 kg, cycle-2 start, a minute later                | drug blinatumomab rr_lt45kg; 0h dose cycle-2 start until 24h; 8d14h1m tick  | -       | hospitalize_24h premedicate |       | new cycle
"""


def test_blinatumomab_restart(case):
    case.holds()

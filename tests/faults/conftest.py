"""Makes what the kill tests share importable, and what they take from the stories of a site."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parents[1] / "chain"))
